package dev.assay.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Several runs on the same data set, brought together: the strategies side by side.
 *
 * @param split the split whose numbers are shown: test where there is one
 * @param series random, class-aware random, then the others in the order of the runs
 * @param supervised mIoU in percent after training on all labels, when such a run is among the runs
 * @param notes what a reader must know before believing the page
 */
record Study(
    List<Run> runs,
    List<Run.ClassInfo> classes,
    String split,
    List<Series> series,
    OptionalDouble supervised,
    List<String> notes) {

  /**
   * Reads and merges run directories.
   *
   * @throws IOException when a directory is not a run
   * @throws IllegalArgumentException when there is none, or two are about different data
   */
  static Study read(List<Path> directories) throws IOException {
    if (directories.isEmpty()) {
      throw new IllegalArgumentException("runDirs is empty, expected at least one run directory");
    }
    List<Run> runs = new ArrayList<>();
    for (Path directory : directories) {
      Run run = RunReader.read(directory);
      if (!runs.isEmpty()) {
        requireSameData(runs.get(0), run);
      }
      runs.add(run);
    }
    String split = chooseSplit(runs);
    List<Series> all = collect(runs, split);
    List<Series> shown =
        all.stream()
            .filter(series -> series.role() != Series.Role.SUPERVISED)
            .sorted(
                Comparator.comparingInt(
                    series ->
                        switch (series.role()) {
                          case RANDOM -> 0;
                          case CLASS_AWARE_RANDOM -> 1;
                          default -> 2;
                        }))
            .toList();
    List<String> notes = new ArrayList<>();
    runs.forEach(run -> notes.addAll(StudyNotes.about(run, split, runs.size() > 1)));
    StudyNotes.configDifference(runs).ifPresent(notes::add);
    return new Study(
        List.copyOf(runs), runs.get(0).classes(), split, shown, supervisedMiou(all), notes);
  }

  private static void requireSameData(Run first, Run other) {
    JsonNode a = dataIdentity(first);
    JsonNode b = dataIdentity(other);
    if (!a.equals(b) || !first.classes().equals(other.classes())) {
      throw new IllegalArgumentException(
          "runs on different data cannot share a report: %s has data %s with %d classes, %s has %s with %d classes"
              .formatted(
                  first.directory(),
                  a,
                  first.classes().size(),
                  other.directory(),
                  b,
                  other.classes().size()));
    }
  }

  /** The checksum when the run has one: the same data may lie in different places. */
  private static JsonNode dataIdentity(Run run) {
    JsonNode checksum = run.meta().path("data_checksum");
    return checksum.isMissingNode() ? run.meta().path("dataset") : checksum;
  }

  private static String chooseSplit(List<Run> runs) {
    Set<String> splits = new LinkedHashSet<>();
    runs.forEach(run -> run.rows().forEach(row -> splits.add(row.split())));
    for (String preferred : List.of("test", "val")) {
      if (splits.contains(preferred)) {
        return preferred;
      }
    }
    return splits.stream().findFirst().orElse("test");
  }

  private static List<Series> collect(List<Run> runs, String split) {
    List<Series> all = new ArrayList<>();
    Set<String> labels = new LinkedHashSet<>();
    for (Run run : runs) {
      Map<String, NavigableMap<Long, NavigableMap<Long, Run.Row>>> byStrategy =
          new LinkedHashMap<>();
      run.meta().path("strategies").forEach(s -> byStrategy.put(s.asText(), new TreeMap<>()));
      for (Run.Row row : run.rows()) {
        if (row.split().equals(split)) {
          byStrategy
              .computeIfAbsent(row.strategy(), s -> new TreeMap<>())
              .computeIfAbsent(row.seed(), s -> new TreeMap<>())
              .put(row.labelledRegions(), row);
        }
      }
      byStrategy.forEach(
          (strategy, seeds) -> {
            String label = Series.labelOf(strategy);
            String unique = labels.contains(label) ? label + " (" + run.name() + ")" : label;
            for (int i = 2; !labels.add(unique); i++) {
              unique = "%s (%s, %d)".formatted(label, run.name(), i);
            }
            List<Run.Selection> selections =
                run.selections().stream()
                    .filter(s -> s.strategy().equals(strategy) || isInitial(s.strategy()))
                    .toList();
            all.add(new Series(unique, strategy, run, seeds, selections));
          });
    }
    return all;
  }

  private static boolean isInitial(String strategy) {
    return Series.roleOf(strategy) == Series.Role.INITIAL;
  }

  private static OptionalDouble supervisedMiou(List<Series> all) {
    return all.stream()
        .filter(series -> series.role() == Series.Role.SUPERVISED)
        .flatMapToDouble(
            series -> series.miouBySeed(series.lastBudget()).values().stream().mapToDouble(v -> v))
        .average();
  }

  /** The series of a role that {@code candidate} is to be compared with: its own run's if any. */
  Optional<Series> baseline(Series candidate, Series.Role role) {
    List<Series> found = series.stream().filter(s -> s.role() == role).toList();
    return found.stream()
        .filter(s -> s.run().equals(candidate.run()))
        .findFirst()
        .or(() -> found.stream().findFirst())
        .filter(s -> candidate.role() != role);
  }

  /**
   * What {@code candidate} is to be compared with: random and class-aware random, where present.
   */
  List<Series> baselines(Series candidate) {
    if (candidate.role() == Series.Role.RANDOM) {
      return List.of();
    }
    return Stream.of(Series.Role.RANDOM, Series.Role.CLASS_AWARE_RANDOM)
        .flatMap(role -> baseline(candidate, role).stream())
        .toList();
  }

  /** The largest budget any strategy has reached. */
  long finalBudget() {
    return series.stream().mapToLong(Series::lastBudget).max().orElse(0);
  }

  /** Numbers of labelled regions at which a strategy was evaluated after a choice, ascending. */
  List<Long> chosenBudgets() {
    TreeSet<Long> budgets = new TreeSet<>();
    for (Series one : series) {
      one.budgets().stream().filter(one::hasChosenAt).forEach(budgets::add);
    }
    return new ArrayList<>(budgets);
  }

  /** At most {@code most} of the values, evenly spread, first and last included. */
  static List<Long> thin(List<Long> all, int most) {
    if (all.size() <= most) {
      return all;
    }
    List<Long> some = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      some.add(all.get((int) Math.round(i * (all.size() - 1.0) / (most - 1))));
    }
    return some;
  }

  /** Names of the runs, for titles. */
  String title() {
    return String.join(" + ", runs.stream().map(Run::name).distinct().toList());
  }

  /** Pixel counts of a class-wise distribution and where they come from. */
  record Pool(long[] pixels, boolean estimated) {
    double[] shares() {
      return Shares.of(pixels);
    }

    boolean known() {
      return Shares.entropyNats(shares()) > 0;
    }
  }

  /**
   * Class distribution of the pool: counted by the run, or else estimated from what was drawn at
   * random (round 0 and the picks of random), which is unbiased.
   */
  Pool pool() {
    for (Run run : runs) {
      JsonNode counts = run.meta().path("pool_class_pixels");
      if (counts.size() == classes.size()) {
        long[] pixels = new long[classes.size()];
        for (int c = 0; c < pixels.length; c++) {
          pixels[c] = counts.get(c).asLong();
        }
        return new Pool(pixels, false);
      }
    }
    long[] pixels = new long[classes.size()];
    for (Run run : runs) {
      for (Run.Selection selection : run.selections()) {
        if (selection.round() == 0 || Series.roleOf(selection.strategy()) == Series.Role.RANDOM) {
          for (Run.Pick pick : selection.picks()) {
            for (int c = 0; c < pixels.length; c++) {
              pixels[c] += pick.truePixels()[c];
            }
          }
        }
      }
    }
    return new Pool(pixels, true);
  }
}
