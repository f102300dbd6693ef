package dev.assay.report;

import java.util.List;
import java.util.Locale;

/** How far each strategy is from its baselines at every budget, not only the last. */
final class BudgetSection {
  private static final int MOST_BUDGETS = 4;

  private BudgetSection() {}

  static String render(Study study) {
    List<Long> budgets = Study.thin(study.chosenBudgets(), MOST_BUDGETS);
    boolean comparable = study.series().stream().anyMatch(s -> !study.baselines(s).isEmpty());
    if (budgets.isEmpty() || !comparable) {
      return "";
    }
    StringBuilder out =
        new StringBuilder(
            """
            <h3>Paired comparison at each budget</h3>
            <p class="hint">Mean difference in mIoU over the seeds that both have, in points, its 95 %% interval, and whether it is better: yes, no, or not shown, by the rule above. %s</p>
            <div class="scroll"><table class="paired"><thead><tr><th scope="col">strategy</th><th scope="col">compared with</th>
            """
                .formatted(
                    budgets.size() < study.chosenBudgets().size()
                        ? "Some budgets are left out."
                        : ""));
    for (long budget : budgets) {
      out.append("<th class=\"n\" scope=\"col\">%s regions</th>".formatted(Text.count(budget)));
    }
    out.append("</tr></thead><tbody>\n");
    for (Series series : study.series()) {
      for (Series baseline : study.baselines(series)) {
        out.append(
            "<tr>%s<td class=\"nw\">%s</td>"
                .formatted(Look.rowHead(study, series), Text.escape(baseline.label())));
        budgets.forEach(budget -> out.append(cell(series, baseline, budget)));
        out.append("</tr>\n");
      }
    }
    return out.append("</tbody></table></div>\n").toString();
  }

  private static String cell(Series series, Series baseline, long budget) {
    Comparison comparison =
        Comparison.of(budget, series.miouBySeed(budget), baseline.miouBySeed(budget));
    int n = comparison.seeds().size();
    if (n == 0) {
      return "<td class=\"n\">" + Text.NONE + "</td>";
    }
    Comparison.Answer answer = comparison.answer();
    return "<td class=\"n\"><b>%s</b> %s<br/><span class=\"answer %s\">%s</span> n = %d</td>"
        .formatted(
            Text.signed(comparison.mean(), 1),
            comparison.interval() == null ? "" : VerdictSection.interval(comparison),
            answer.name().toLowerCase(Locale.ROOT),
            answer.text(),
            n);
  }
}
