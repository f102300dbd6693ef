package dev.assay.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** The result as plain text for a terminal: strategy by budget, mIoU in percent. */
public final class ReportTable {
  private static final int MAX_BUDGETS = 8;

  private ReportTable() {}

  /**
   * Reads run directories and lays out mean and standard deviation of mIoU over the seeds per
   * strategy and budget, then one line per strategy and baseline on whether it is beaten. ASCII
   * only; every line ends with a newline. Above eight budgets the table shows eight of them, first
   * and last included.
   *
   * @throws IOException when a directory is not a run
   * @throws IllegalArgumentException when there is no directory, or two are about different data
   */
  public static String text(List<Path> runDirs) throws IOException {
    Study study = Study.read(runDirs);
    List<Long> budgets = Study.thin(budgets(study), MAX_BUDGETS);
    List<List<String>> table = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("labelled regions", "seeds"));
    budgets.forEach(budget -> head.add(String.valueOf(budget)));
    table.add(head);
    for (Series series : study.series()) {
      List<String> line = new ArrayList<>();
      line.add(ascii(series.label()));
      line.add(String.valueOf(series.seeds().size()));
      budgets.forEach(budget -> line.add(cell(series.values(budget, row -> 100 * row.miou()))));
      table.add(line);
    }
    StringBuilder out = new StringBuilder();
    out.append(
        "mIoU in %% on %s, mean +- standard deviation over the seeds\n"
            .formatted(ascii(study.split())));
    OptionalDouble supervised = study.supervised();
    if (budgets.isEmpty() && supervised.isEmpty()) {
      return out.append("no round has been evaluated yet\n").toString();
    }
    if (!budgets.isEmpty()) {
      layOut(table, out);
    }
    supervised.ifPresent(
        value -> out.append("fully supervised: %s\n".formatted(ascii(Text.fixed(value, 1)))));
    verdicts(study, out);
    return out.toString();
  }

  private static List<Long> budgets(Study study) {
    TreeSet<Long> budgets = new TreeSet<>();
    study.series().forEach(series -> budgets.addAll(series.budgets()));
    return new ArrayList<>(budgets);
  }

  private static String cell(double[] values) {
    return values.length == 0 ? "-" : ascii(Text.meanAndDeviation(values, 1));
  }

  private static void layOut(List<List<String>> table, StringBuilder out) {
    int columns = table.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : table) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], line.get(c).length());
      }
    }
    for (List<String> line : table) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String padding =
            String.join("", Collections.nCopies(widths[c] - line.get(c).length(), " "));
        text.append(c == 0 ? line.get(c) + padding : "  " + padding + line.get(c));
      }
      out.append(text.toString().stripTrailing()).append('\n');
    }
  }

  private static void verdicts(Study study, StringBuilder out) {
    for (Series series : study.series()) {
      for (Series baseline : study.baselines(series)) {
        Comparison comparison = Comparison.ofMiou(series, baseline);
        out.append(
            "%s better than %s: %s%s\n"
                .formatted(
                    ascii(series.label()),
                    ascii(baseline.label()),
                    comparison.answer().text(),
                    facts(comparison)));
      }
    }
  }

  private static String facts(Comparison comparison) {
    int n = comparison.seeds().size();
    if (n == 0) {
      return " (no common seed has picked anything yet)";
    }
    String interval =
        comparison.interval() == null
            ? ""
            : String.format(
                Locale.ROOT,
                ", 95 %% interval %+.1f to %+.1f",
                comparison.interval().low(),
                comparison.interval().high());
    return String.format(Locale.ROOT, " (%+.1f points%s, n = %d)", comparison.mean(), interval, n);
  }

  /** Terminals in the C locale have nothing but ASCII. */
  private static String ascii(String text) {
    return text.replace("±", "+-")
        .replace('−', '-')
        .replace("–", "-")
        .replaceAll("[^\\x20-\\x7e]", "?");
  }
}
