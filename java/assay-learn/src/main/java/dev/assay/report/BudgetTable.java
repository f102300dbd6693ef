package dev.assay.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** A table of strategies by budget: mean and standard deviation over the seeds. */
final class BudgetTable {
  /** The values of all seeds of a series at a budget. */
  @FunctionalInterface
  interface Values {
    double[] at(Series series, long budget);
  }

  private BudgetTable() {}

  static String render(Study study, List<Long> budgets, Values values, int digits) {
    return render(study, budgets, values, digits, null);
  }

  /**
   * The same with the paired difference to random at the last budget.
   *
   * @param compared value of a row; null: no comparison
   */
  static String render(
      Study study,
      List<Long> budgets,
      Values values,
      int digits,
      ToDoubleFunction<Run.Row> compared) {
    long last = budgets.get(budgets.size() - 1);
    StringBuilder out =
        new StringBuilder(
            "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">labelled regions</th>");
    budgets.forEach(
        b -> out.append("<th class=\"n\" scope=\"col\">%s</th>".formatted(Text.count(b))));
    if (compared != null) {
      out.append(
          "<th class=\"n\" scope=\"col\">to random at %s</th><th class=\"n\" scope=\"col\">95 %% interval</th>"
              .formatted(Text.count(last)));
    }
    out.append("</tr></thead><tbody>\n");
    for (Series series : study.series()) {
      out.append("<tr>").append(Look.rowHead(study, series));
      for (long budget : budgets) {
        String cell = Text.meanAndDeviation(values.at(series, budget), digits);
        out.append("<td class=\"n\">%s</td>".formatted(cell));
      }
      if (compared != null) {
        out.append(difference(study, series, last, compared));
      }
      out.append("</tr>\n");
    }
    return out.append("</tbody></table></div>\n").toString();
  }

  private static String difference(
      Study study, Series series, long budget, ToDoubleFunction<Run.Row> compared) {
    return study
        .baseline(series, Series.Role.RANDOM)
        .map(
            r -> Comparison.of(budget, series.bySeed(budget, compared), r.bySeed(budget, compared)))
        .filter(comparison -> !comparison.seeds().isEmpty())
        .map(
            c ->
                "<td class=\"n\">%s</td><td class=\"n\">%s</td>"
                    .formatted(
                        Text.signed(c.mean(), 1),
                        c.interval() == null ? Text.NONE : VerdictSection.interval(c)))
        .orElse("<td class=\"n\">%1$s</td><td class=\"n\">%1$s</td>".formatted(Text.NONE));
  }
}
