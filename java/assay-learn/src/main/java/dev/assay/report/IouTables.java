package dev.assay.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * IoU by class in the form of RALIS's Table C.1: strategies as rows, a few classes a block, mIoU
 * last, at every budget.
 */
final class IouTables {
  private static final int MOST_COLUMNS = 6;
  private static final int MOST_BUDGETS = 6;

  private final Study study;
  private final StringBuilder out = new StringBuilder();

  private IouTables(Study study) {
    this.study = study;
  }

  static String render(Study study) {
    return new IouTables(study).render();
  }

  private String render() {
    List<Long> budgets = Study.thin(study.chosenBudgets(), MOST_BUDGETS);
    if (budgets.isEmpty()) {
      return "";
    }
    out.append("<h3>IoU per class at each budget</h3>\n");
    for (long budget : budgets) {
      boolean last = budget == budgets.get(budgets.size() - 1);
      out.append(
          "<details%s><summary>%s labelled regions</summary>\n"
              .formatted(last ? " open=\"open\"" : "", Text.count(budget)));
      blocks(budget);
      out.append("</details>\n");
    }
    return out.append(
            "<p class=\"hint\">The form of RALIS, Table C.1: IoU in %%, mean ± standard deviation over the seeds (%s split); the best of a column is <b class=\"best\">underlined</b>.</p>\n"
                .formatted(Text.escape(study.split())))
        .toString();
  }

  /** As few blocks as the width allows, all about equally wide. */
  private void blocks(long budget) {
    int columns = study.classes().size() + 1;
    int blocks = (columns + MOST_COLUMNS - 1) / MOST_COLUMNS;
    int size = (columns + blocks - 1) / blocks;
    for (int from = 0; from < columns; from += size) {
      block(budget, from, Math.min(columns, from + size));
    }
  }

  private void block(long budget, int from, int to) {
    out.append(
        "<div class=\"scroll\"><table class=\"blocks\"><thead><tr><th scope=\"col\">strategy</th>");
    for (int c = from; c < to; c++) {
      out.append("<th class=\"n\" scope=\"col\">%s</th>".formatted(Text.escape(name(c))));
    }
    out.append("</tr></thead><tbody>\n");
    for (Series series : study.series()) {
      if (series.at(budget).isEmpty()) {
        continue;
      }
      out.append("<tr>").append(Look.rowHead(study, series));
      for (int c = from; c < to; c++) {
        cell(series, budget, c);
      }
      out.append("</tr>\n");
    }
    out.append("</tbody></table></div>\n");
  }

  private String name(int column) {
    return column < study.classes().size() ? study.classes().get(column).name() : "mIoU";
  }

  private static ToDoubleFunction<Run.Row> value(int column) {
    return row -> 100 * (column < row.iou().length ? row.iou()[column] : row.miou());
  }

  private void cell(Series series, long budget, int column) {
    double[] values = series.values(budget, value(column));
    double best =
        study.series().stream()
            .map(s -> s.values(budget, value(column)))
            .filter(v -> v.length > 0)
            .mapToDouble(Statistics::mean)
            .max()
            .orElse(Double.NaN);
    String text = Text.meanAndDeviation(values, 1);
    boolean wins =
        values.length > 0 && best >= ClassSection.LEAST_BEST && Statistics.mean(values) == best;
    out.append(
        "<td class=\"n\">%s</td>".formatted(wins ? "<b class=\"best\">" + text + "</b>" : text));
  }
}
