package dev.assay.cli.gpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** What came of the parts: verdicts and numbers, as one JSON document and one readable table. */
public final class GpuReport {
  /** How a check ended. */
  public enum Verdict {
    PASSED,
    FAILED,
    SKIPPED
  }

  /**
   * One check.
   *
   * @param part the part that made it
   * @param name what was checked
   * @param detail numbers when it passed, the reason otherwise
   */
  public record Finding(String part, String name, Verdict verdict, String detail) {}

  /**
   * One measurement.
   *
   * @param part the part that made it
   * @param name what was measured
   * @param values by unit, in the order of the table's columns
   */
  public record Row(String part, String name, Map<String, Double> values) {}

  private final Map<String, Object> machine = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private String part = "";
  private long deadline = Long.MAX_VALUE;

  void machine(String key, Object value) {
    machine.put(key, value);
  }

  /** From now on findings are of {@code name}, which has {@code seconds}. */
  void begin(String name, double seconds) {
    part = name;
    deadline = System.nanoTime() + (long) (seconds * 1e9);
  }

  /** What the part may still take; 0 when it has to stop. */
  public double secondsLeft() {
    return Math.max(0, (deadline - System.nanoTime()) / 1e9);
  }

  void passed(String name, String detail) {
    findings.add(new Finding(part, name, Verdict.PASSED, detail));
  }

  void failed(String name, String detail) {
    findings.add(new Finding(part, name, Verdict.FAILED, detail));
  }

  void skipped(String name, String reason) {
    findings.add(new Finding(part, name, Verdict.SKIPPED, reason));
  }

  void measured(String name, Map<String, Double> values) {
    rows.add(new Row(part, name, values));
  }

  /** Checks with this verdict. */
  public List<Finding> findings(Verdict verdict) {
    return findings.stream().filter(f -> f.verdict() == verdict).toList();
  }

  /** Everything. */
  public Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("machine", machine);
    for (Verdict verdict : Verdict.values()) {
      document.put(verdict.name().toLowerCase(Locale.ROOT), findings(verdict).size());
    }
    document.put("checks", findings);
    document.put("measurements", rows);
    return document;
  }

  /** Everything, for people: the machine, a count for each part, what did not pass, the numbers. */
  public String table() {
    StringBuilder text = new StringBuilder();
    machine.forEach((key, value) -> text.append(String.format("%-12s %s%n", key, value)));
    text.append(String.format("%n"));
    for (String name : findings.stream().map(Finding::part).distinct().toList()) {
      text.append(String.format("%-22s %s%n", name, counts(name)));
    }
    findings.stream()
        .filter(f -> f.verdict() != Verdict.PASSED)
        .forEach(
            f ->
                text.append(
                    String.format("%s %s: %s: %s%n", f.verdict(), f.part(), f.name(), f.detail())));
    for (String name : rows.stream().map(Row::part).distinct().toList()) {
      text.append(String.format("%n%s%n", name));
      rows.stream().filter(r -> r.part().equals(name)).forEach(r -> text.append(line(r)));
    }
    return text.toString();
  }

  private String counts(String name) {
    StringJoiner counts = new StringJoiner(", ");
    for (Verdict verdict : Verdict.values()) {
      long count = findings(verdict).stream().filter(f -> f.part().equals(name)).count();
      if (count > 0) {
        counts.add(count + " " + verdict.name().toLowerCase(Locale.ROOT));
      }
    }
    return counts.toString();
  }

  private static String line(Row row) {
    StringBuilder line = new StringBuilder(String.format("  %-44s", row.name()));
    row.values()
        .forEach(
            (unit, value) -> line.append(String.format(Locale.ROOT, " %12.4g %s", value, unit)));
    return line.append(String.format("%n")).toString();
  }
}
