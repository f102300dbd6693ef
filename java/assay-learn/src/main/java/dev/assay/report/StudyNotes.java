package dev.assay.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sentences about what is missing in runs, or differs between them. */
final class StudyNotes {
  /** Settings that may differ between runs without making their numbers incomparable. */
  private static final Set<String> HARMLESS = Set.of("name", "strategies", "seeds");

  private StudyNotes() {}

  /** What is missing or unreadable in one run. */
  static List<String> about(Run run, String split, boolean several) {
    List<String> notes = new ArrayList<>(run.notes());
    String status = run.meta().path("status").asText("");
    if (!status.equals("finished")) {
      notes.add(
          "The run has not finished (status: %s). Everything below covers what it has written so far; `java/assay resume` continues it."
              .formatted(status.isEmpty() ? "not recorded" : status));
    }
    if (run.rows().isEmpty()) {
      notes.add("No round has been evaluated yet, so there is nothing to compare.");
    } else {
      unfinished(run, split).ifPresent(notes::add);
    }
    return notes.stream().map(note -> several ? run.name() + ": " + note : note).toList();
  }

  private static Optional<String> unfinished(Run run, String split) {
    int last = run.rows().stream().mapToInt(Run.Row::round).max().orElse(0);
    Map<String, Integer> reached = new TreeMap<>();
    for (JsonNode strategy : run.meta().path("strategies")) {
      for (JsonNode seed : run.meta().path("seeds")) {
        reached.put(strategy.asText() + " seed " + seed.asText(), -1);
      }
    }
    for (Run.Row row : run.rows()) {
      if (row.split().equals(split)) {
        reached.merge(row.strategy() + " seed " + row.seed(), row.round(), Math::max);
      }
    }
    List<String> behind = new ArrayList<>();
    reached.forEach(
        (key, round) -> {
          if (round < last) {
            behind.add(key + (round < 0 ? " (not started)" : " (round " + round + ")"));
          }
        });
    if (behind.isEmpty()) {
      return Optional.empty();
    }
    int shown = Math.min(6, behind.size());
    String more = behind.size() > shown ? " and " + (behind.size() - shown) + " more" : "";
    return Optional.of(
        "Not every strategy and seed has reached round %d: %s%s. Means are over the seeds that have."
            .formatted(last, String.join(", ", behind.subList(0, shown)), more));
  }

  /** Names the settings in which merged runs differ. */
  static Optional<String> configDifference(List<Run> all) {
    // A supervised run is trained for another length by design; it only gives a line to compare
    // with.
    List<Run> runs = all.stream().filter(run -> !isSupervised(run)).toList();
    if (runs.size() < 2) {
      return Optional.empty();
    }
    Set<String> different = new TreeSet<>();
    Map<String, String> first = settings(runs.get(0));
    for (Run run : runs.subList(1, runs.size())) {
      Map<String, String> other = settings(run);
      Set<String> keys = new TreeSet<>(first.keySet());
      keys.addAll(other.keySet());
      keys.removeIf(key -> String.valueOf(first.get(key)).equals(String.valueOf(other.get(key))));
      different.addAll(keys);
    }
    return different.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The merged runs differ in more than strategies and seeds, so their differences are not"
                + " due to the strategy alone: "
                + String.join(", ", different)
                + ".");
  }

  private static boolean isSupervised(Run run) {
    return !run.rows().isEmpty()
        && run.rows().stream()
            .allMatch(row -> Series.roleOf(row.strategy()) == Series.Role.SUPERVISED);
  }

  private static Map<String, String> settings(Run run) {
    Map<String, String> flat = new TreeMap<>();
    try {
      flatten("", new YAMLMapper().readTree(run.config()), flat);
    } catch (IOException e) {
      flat.put("config.resolved.yaml (unreadable in " + run.name() + ")", "");
    }
    flat.keySet().removeIf(key -> HARMLESS.contains(key) || key.startsWith("machine."));
    return flat;
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> flat) {
    if (!node.isObject()) {
      flat.put(prefix, node.toString());
      return;
    }
    node.properties()
        .forEach(
            entry ->
                flatten(
                    prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(),
                    entry.getValue(),
                    flat));
  }
}
