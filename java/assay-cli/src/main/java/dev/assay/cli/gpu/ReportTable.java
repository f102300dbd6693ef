package dev.assay.cli.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * A report for people: the machine, the goals, what became of each part, what did not pass, and the
 * numbers.
 */
final class ReportTable {
  private static final int NARROWEST = 24;

  private final GpuReport report;
  private final StringBuilder text = new StringBuilder();

  ReportTable(GpuReport report) {
    this.report = report;
  }

  String text() {
    if (!report.isFinished()) {
      line("not finished");
    }
    report.facts(DeviceFacts.NAME).forEach(fact -> line("%-13s  %s", fact.name(), fact.value()));
    Goals goals = new Goals(report.rows());
    goals(goals.all());
    parts();
    unpassed();
    List<Entry.Row> rows = new ArrayList<>(report.rows());
    rows.addAll(goals.besidePyTorch());
    rows.stream().map(Entry.Row::part).distinct().forEach(part -> numbers(part, rows));
    return text.toString();
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  private void goals(List<Goal> goals) {
    line("%ngoals");
    int width = goals.stream().mapToInt(g -> g.name().length()).max().orElse(0);
    for (Goal goal : goals) {
      String measured =
          goal.measured() == null
              ? ""
              : String.format(Locale.ROOT, "%.4g %s", goal.measured(), goal.unit());
      line(
          "  %-" + width + "s  %-16s  %-18s  %-12s  %s",
          goal.name(),
          goal.expected(),
          measured,
          goal.verdict(),
          goal.remark());
    }
  }

  private void parts() {
    line("%nparts");
    for (GpuReport.PartState part : report.parts()) {
      line("  %-20s %6.1f s  %-28s %s", part.name(), part.seconds(), counts(part), state(part));
    }
  }

  private static String state(GpuReport.PartState part) {
    return part.state().equals("done") ? "" : part.state();
  }

  private String counts(GpuReport.PartState part) {
    List<Entry.Finding> findings =
        report.findings().stream().filter(f -> f.part().equals(part.name())).toList();
    StringJoiner counts = new StringJoiner(", ");
    for (Entry.Verdict verdict : Entry.Verdict.values()) {
      long count = GpuReport.count(findings, verdict);
      if (count > 0) {
        counts.add(count + " " + verdict.name().toLowerCase(Locale.ROOT));
      }
    }
    return counts.toString();
  }

  private void unpassed() {
    report.findings().stream()
        .filter(f -> f.verdict() != Entry.Verdict.PASSED)
        .forEach(f -> line("%s %s: %s: %s", f.verdict(), f.part(), f.name(), f.detail()));
  }

  private void numbers(String part, List<Entry.Row> all) {
    List<Entry.Row> rows = all.stream().filter(row -> row.part().equals(part)).toList();
    int width = rows.stream().mapToInt(r -> r.name().length()).max().orElse(0);
    line("%n%s", part);
    report.facts(part).forEach(fact -> line("  %s: %s", fact.name(), fact.value()));
    for (Entry.Row row : rows) {
      StringBuilder line =
          new StringBuilder(String.format("  %-" + Math.max(NARROWEST, width) + "s", row.name()));
      row.values()
          .forEach(
              (unit, value) -> line.append(String.format(Locale.ROOT, " %12.4g %s", value, unit)));
      text.append(line).append('\n');
    }
  }
}
