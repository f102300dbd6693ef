package dev.assay.report;

import java.util.ArrayList;
import java.util.List;

/** Which classes came out well. */
final class ClassSection {
  /** A class with less than this share of the pool's pixels is marked rare. */
  static final double RARE = 0.02;

  /** What is shown as 0.0 is nobody's best. */
  static final double LEAST_BEST = 0.05;

  private ClassSection() {}

  static String iouTable(Study study) {
    StringBuilder out =
        new StringBuilder(
            "<section id=\"classes\"><h2>IoU per class at the final budget</h2>\n"
                + "<div class=\"scroll\"><table class=\"heat\"><thead><tr><th"
                + " scope=\"col\">class</th><th class=\"n\" scope=\"col\">share</th>");
    for (Series series : study.series()) {
      out.append(
          "<th class=\"n\" scope=\"col\">%s<br/>%s%s</th>"
              .formatted(
                  Look.swatch(Look.style(study, series)),
                  Text.escape(series.label()),
                  whenEvaluated(study, series)));
    }
    out.append("</tr></thead><tbody>\n");
    Study.Pool pool = study.pool();
    double[] shares = pool.shares();
    for (int c = 0; c < study.classes().size(); c++) {
      out.append(
          "<tr>%s<td class=\"n\">%s</td>"
              .formatted(
                  className(study.classes().get(c), pool, c),
                  pool.known() ? Text.percent(shares[c]) : Text.NONE));
      cells(study, c, out);
      out.append("</tr>\n");
    }
    out.append("</tbody><tfoot><tr><th scope=\"row\">mean (mIoU)</th><td></td>");
    for (Series series : study.series()) {
      double[] miou = series.values(series.lastBudget(), row -> 100 * row.miou());
      out.append("<td class=\"n\"><b>%s</b></td>".formatted(Text.meanAndDeviation(miou, 1)));
    }
    return out.append("</tr></tfoot></table></div>\n")
        .append(
            "<p class=\"hint\">IoU in %%, mean ± standard deviation over the seeds (%s split). Darker is better; the best of a row is <b class=\"best\">underlined</b>; %s. “–”: the class is in neither truth nor prediction.</p>\n"
                .formatted(Text.escape(study.split()), shareNote(pool)))
        .append(IouTables.render(study))
        .append("</section>\n")
        .toString();
  }

  private static String shareNote(Study.Pool pool) {
    if (!pool.known()) {
      return "class shares are not known yet";
    }
    return (pool.estimated()
            ? "shares are estimated from the randomly drawn regions"
            : "shares are of the pool’s labelled pixels")
        + "; <span class=\"rare\">rare</span> marks classes under 2 %";
  }

  static String className(Run.ClassInfo info, Study.Pool pool, int c) {
    boolean rare = pool.known() && pool.shares()[c] < RARE;
    return "<th scope=\"row\"%s><span class=\"class\" style=\"background:%s\"></span>%s%s</th>"
        .formatted(
            Look.keepTogether(info.name()),
            Look.safeColour(info.colour()),
            Text.escape(info.name()),
            rare ? " <span class=\"rare\">rare</span>" : "");
  }

  private static String whenEvaluated(Study study, Series series) {
    if (series.budgets().isEmpty()) {
      return "<br/>not evaluated yet";
    }
    return atFinalBudget(study, series)
        ? ""
        : "<br/>at " + Text.count(series.lastBudget()) + " regions";
  }

  private static boolean atFinalBudget(Study study, Series series) {
    return series.lastBudget() == study.finalBudget();
  }

  private static void cells(Study study, int c, StringBuilder out) {
    List<double[]> all = new ArrayList<>();
    for (Series series : study.series()) {
      all.add(series.values(series.lastBudget(), row -> 100 * row.iou()[c]));
    }
    // Only what was bought with the same budget competes for the best of the row.
    List<double[]> rivals =
        study.series().stream()
            .filter(series -> atFinalBudget(study, series))
            .map(series -> series.values(series.lastBudget(), row -> 100 * row.iou()[c]))
            .filter(values -> values.length > 0)
            .toList();
    boolean several = rivals.size() > 1;
    double best = rivals.stream().mapToDouble(Statistics::mean).max().orElse(Double.NaN);
    for (double[] values : all) {
      if (values.length == 0) {
        out.append("<td class=\"n\">").append(Text.NONE).append("</td>");
        continue;
      }
      double mean = Statistics.mean(values);
      out.append(
          "<td class=\"n\" style=\"%s\">%s</td>"
              .formatted(
                  Look.heat(mean / 100),
                  several && best >= LEAST_BEST && mean == best
                      ? "<b class=\"best\">" + Text.meanAndDeviation(values, 1) + "</b>"
                      : Text.meanAndDeviation(values, 1)));
    }
  }
}
