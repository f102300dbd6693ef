package dev.assay.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Is one strategy better than another? From the differences between runs that share a seed, and so
 * the initial labelled set and the initial weights.
 *
 * <p>The rule. The interval is Student's t over the paired differences, 95 %: exact for normal
 * differences at any n, and the only one with any power for the three to five seeds that people can
 * afford. The distribution-free sign-flip test cannot give p below 2/2^n, that is never below 0.05
 * under six seeds; from six seeds on it must agree. One seed has no spread at all. Two seeds leave
 * one degree of freedom: two differences can nearly coincide by chance and nothing in the data
 * would tell, so the interval is shown and the answer stays "not shown".
 *
 * @param differences candidate minus baseline, one per shared seed
 * @param interval 95 % interval of their mean; null below two seeds
 * @param signFlipP exact two-sided p; NaN below six or above twenty seeds
 */
record Comparison(
    long budget,
    List<Long> seeds,
    double[] differences,
    Statistics.Interval interval,
    double signFlipP,
    Answer answer) {

  static final double CONFIDENCE = 0.95;
  private static final int SEEDS_FOR_T = 3;
  private static final int SEEDS_FOR_SIGN_FLIP = 6;

  /** What the differences show. */
  enum Answer {
    YES("yes"),
    NO("no"),
    NOT_SHOWN("not shown");

    private final String text;

    Answer(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /**
   * Compares mIoU in percent at the largest budget that both have reached with a common seed after
   * picking anything.
   */
  static Comparison ofMiou(Series candidate, Series baseline) {
    TreeSet<Long> shared = new TreeSet<>(candidate.budgets());
    shared.retainAll(baseline.budgets());
    shared.removeIf(budget -> !candidate.hasChosenAt(budget) || !baseline.hasChosenAt(budget));
    for (long budget : shared.descendingSet()) {
      Comparison comparison = of(budget, candidate.miouBySeed(budget), baseline.miouBySeed(budget));
      if (!comparison.seeds.isEmpty()) {
        return comparison;
      }
    }
    return of(0, new TreeMap<>(), new TreeMap<>());
  }

  /** Compares two values per seed; seeds that only one side has are left out. */
  static Comparison of(
      long budget, NavigableMap<Long, Double> candidate, NavigableMap<Long, Double> baseline) {
    List<Long> seeds = candidate.keySet().stream().filter(baseline::containsKey).toList();
    double[] differences =
        seeds.stream().mapToDouble(seed -> candidate.get(seed) - baseline.get(seed)).toArray();
    int n = differences.length;
    Statistics.Interval interval = n < 2 ? null : Statistics.meanInterval(differences, CONFIDENCE);
    double p = n < SEEDS_FOR_SIGN_FLIP ? Double.NaN : Statistics.signFlipPValue(differences);
    boolean decided =
        n >= SEEDS_FOR_T && !interval.contains(0) && (Double.isNaN(p) || p < 1 - CONFIDENCE);
    Answer answer = Answer.NOT_SHOWN;
    if (decided) {
      answer = Statistics.mean(differences) > 0 ? Answer.YES : Answer.NO;
    }
    return new Comparison(budget, seeds, differences, interval, p, answer);
  }

  double mean() {
    return Statistics.mean(differences);
  }

  /** What can and cannot be concluded, in words. */
  String explanation() {
    int n = differences.length;
    if (n == 0) {
      return "No seed has been evaluated on both sides after a pick: nothing can be said yet.";
    }
    if (n == 1) {
      return "One seed: a difference, but no idea of how much it varies. Nothing can be shown with"
          + " n = 1.";
    }
    long ahead = Arrays.stream(differences).filter(d -> d > 0).count();
    String counted = "Ahead in %d of %d seeds.".formatted(ahead, n);
    if (n == 2) {
      return counted
          + " Two seeds leave one degree of freedom: the interval is wide and rests wholly on"
          + " normal differences, so no verdict is given below three seeds.";
    }
    String exact =
        Double.isNaN(signFlipP)
            ? ""
            : signFlipP < 0.001
                ? " Exact sign-flip test: p < 0.001."
                : String.format(Locale.ROOT, " Exact sign-flip test: p = %.3f.", signFlipP);
    return counted
        + exact
        + switch (answer) {
          case YES -> " The interval lies above 0.";
          case NO -> " The interval lies below 0: it is worse.";
          case NOT_SHOWN ->
              interval.contains(0)
                  ? " The interval contains 0: these seeds do not settle it."
                  : " The interval excludes 0, but the sign-flip test, which does not assume normal"
                      + " differences, does not agree.";
        };
  }
}
