package dev.assay.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * One strategy of one run: for every seed its evaluations in order of labelled regions.
 *
 * @param label what the reader sees; unique in a report
 * @param strategy the name in the run's files
 * @param seeds seed to (labelled regions to evaluation)
 * @param selections what was picked, by seed and round, including round 0
 */
record Series(
    String label,
    String strategy,
    Run run,
    NavigableMap<Long, NavigableMap<Long, Run.Row>> seeds,
    List<Run.Selection> selections) {

  /** The role a strategy plays in the comparisons. */
  enum Role {
    RANDOM,
    CLASS_AWARE_RANDOM,
    CONTENDER,
    SUPERVISED,
    INITIAL
  }

  static Role roleOf(String strategy) {
    return switch (strategy.toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_')) {
      case "random" -> Role.RANDOM;
      case "class_aware_random" -> Role.CLASS_AWARE_RANDOM;
      case "initial" -> Role.INITIAL;
      case "supervised", "fully_supervised" -> Role.SUPERVISED;
      default -> Role.CONTENDER;
    };
  }

  /** The name as a reader would write it. */
  static String labelOf(String strategy) {
    return roleOf(strategy) == Role.CLASS_AWARE_RANDOM
        ? "class-aware random"
        : strategy.replace('_', ' ');
  }

  Role role() {
    return roleOf(strategy);
  }

  /** Every number of labelled regions at which some seed was evaluated, ascending. */
  List<Long> budgets() {
    TreeSet<Long> budgets = new TreeSet<>();
    seeds.values().forEach(points -> budgets.addAll(points.keySet()));
    return new ArrayList<>(budgets);
  }

  /** The largest budget any seed has reached; 0 when nothing was evaluated. */
  long lastBudget() {
    return budgets().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** Evaluations at one budget, one per seed that has reached it, in order of the seeds. */
  List<Run.Row> at(long budget) {
    return seeds.values().stream()
        .filter(points -> points.containsKey(budget))
        .map(points -> points.get(budget))
        .toList();
  }

  /** A value of every evaluation at one budget, leaving out what was not measured. */
  double[] values(long budget, ToDoubleFunction<Run.Row> value) {
    return at(budget).stream().mapToDouble(value).filter(v -> !Double.isNaN(v)).toArray();
  }

  /** mIoU in percent by seed at one budget. */
  NavigableMap<Long, Double> miouBySeed(long budget) {
    return bySeed(budget, row -> 100 * row.miou());
  }

  /** Area under the budget curve by seed, for the seeds that have reached {@code budget}. */
  NavigableMap<Long, Double> aucBySeed(long budget) {
    TreeMap<Long, Double> bySeed = new TreeMap<>();
    seeds.forEach(
        (seed, points) -> {
          List<Run.Row> curve = List.copyOf(points.headMap(budget, true).values());
          boolean whole = curve.stream().noneMatch(row -> Double.isNaN(row.miou()));
          if (points.containsKey(budget) && curve.size() > 1 && whole) {
            bySeed.put(
                seed,
                areaUnderCurve(
                    curve.stream().mapToDouble(Run.Row::labelledFraction).toArray(),
                    curve.stream().mapToDouble(row -> 100 * row.miou()).toArray()));
          }
        });
    return bySeed;
  }

  /**
   * AUC@B: the trapezoid area under mIoU in percent over the labelled fraction of the data set,
   * from the initial budget (not from 0) to the last point.
   */
  static double areaUnderCurve(double[] fraction, double[] miouPercent) {
    if (fraction.length != miouPercent.length) {
      throw new IllegalArgumentException(
          "fraction.length=%d must equal miouPercent.length=%d"
              .formatted(fraction.length, miouPercent.length));
    }
    double area = 0;
    for (int k = 0; k + 1 < fraction.length; k++) {
      area += 0.5 * (miouPercent[k] + miouPercent[k + 1]) * (fraction[k + 1] - fraction[k]);
    }
    return area;
  }

  /** Whether every evaluation at a budget comes after a choice: round 0 is everybody's. */
  boolean hasChosenAt(long budget) {
    List<Run.Row> rows = at(budget);
    return !rows.isEmpty() && rows.stream().allMatch(row -> row.round() > 0);
  }

  /** True pixels per class over all picks of all seeds after round 0, which no strategy chose. */
  long[] pickedPixels(int classes) {
    return pixels(classes, selection -> true);
  }

  /** The same over the picks of one seed up to a round. */
  long[] pickedPixels(int classes, long seed, int lastRound) {
    return pixels(classes, selection -> selection.seed() == seed && selection.round() <= lastRound);
  }

  private long[] pixels(int classes, Predicate<Run.Selection> counted) {
    long[] pixels = new long[classes];
    for (Run.Selection selection : selections) {
      if (selection.round() > 0 && counted.test(selection)) {
        for (Run.Pick pick : selection.picks()) {
          for (int c = 0; c < classes; c++) {
            pixels[c] += pick.truePixels()[c];
          }
        }
      }
    }
    return pixels;
  }

  /** Entropy in nats of the class distribution of what each seed has picked up to a budget. */
  double[] pickedEntropies(int classes, long budget) {
    List<Double> entropies = new ArrayList<>();
    seeds.forEach(
        (seed, points) -> {
          Run.Row row = points.get(budget);
          double[] shares =
              row == null ? new double[0] : Shares.of(pickedPixels(classes, seed, row.round()));
          if (DoubleStream.of(shares).sum() > 0) {
            entropies.add(Shares.entropyNats(shares));
          }
        });
    return entropies.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Any value by seed at one budget, leaving out what was not measured. */
  NavigableMap<Long, Double> bySeed(long budget, ToDoubleFunction<Run.Row> value) {
    TreeMap<Long, Double> bySeed = new TreeMap<>();
    seeds.forEach(
        (seed, points) -> {
          Run.Row row = points.get(budget);
          if (row != null && !Double.isNaN(value.applyAsDouble(row))) {
            bySeed.put(seed, value.applyAsDouble(row));
          }
        });
    return bySeed;
  }
}
