package dev.assay.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Which classes came out well, and which classes each strategy had labelled. */
final class ClassSection {
  /** A class with less than this share of the pool's pixels is marked rare. */
  static final double RARE = 0.02;

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
                  atFinalBudget(study, series)
                      ? ""
                      : "<br/>at " + Text.count(series.lastBudget()) + " regions"));
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
            "<p class=\"hint\">IoU in %%, mean ± standard deviation over the seeds (%s split). Darker is better; the best of a row is <b class=\"best\">underlined</b>; %s. “–”: the class is in neither truth nor prediction.</p></section>\n"
                .formatted(Text.escape(study.split()), shareNote(pool)))
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

  private static String className(Run.ClassInfo info, Study.Pool pool, int c) {
    boolean rare = pool.known() && pool.shares()[c] < RARE;
    return "<th scope=\"row\"%s><span class=\"class\" style=\"background:%s\"></span>%s%s</th>"
        .formatted(
            Look.keepTogether(info.name()),
            Look.safeColour(info.colour()),
            Text.escape(info.name()),
            rare ? " <span class=\"rare\">rare</span>" : "");
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
                  several && best > 0 && mean == best
                      ? "<b class=\"best\">" + Text.meanAndDeviation(values, 1) + "</b>"
                      : Text.meanAndDeviation(values, 1)));
    }
  }

  static String picked(Study study) {
    StringBuilder out =
        new StringBuilder("<section id=\"picked\"><h2>What each strategy had labelled</h2>\n");
    int classes = study.classes().size();
    List<BarChart.Bars> bars = new ArrayList<>();
    Study.Pool pool = study.pool();
    if (pool.known()) {
      String name = pool.estimated() ? "pool (estimated)" : "pool";
      bars.add(new BarChart.Bars(name, "pool", pool.shares()));
    }
    for (Series series : study.series()) {
      double[] shares = Shares.of(series.pickedPixels(classes));
      if (DoubleStream.of(shares).sum() > 0) {
        bars.add(new BarChart.Bars(series.label(), "s" + Look.style(study, series), shares));
      }
    }
    if (bars.size() < (pool.known() ? 2 : 1)) {
      return out.append("<p class=\"hint\">No region has been picked yet.</p></section>\n")
          .toString();
    }
    out.append("<figure>").append(legend(bars));
    for (boolean wide : new boolean[] {true, false}) {
      out.append(
          BarChart.render(
              wide ? "picked-wide" : "picked-narrow",
              wide,
              study.classes(),
              bars,
              "Class shares of the picked regions",
              "For every class its share of the pool and of the pixels each strategy had labelled."
                  + " The table below the chart has the ratios."));
    }
    out.append(
        "<figcaption>Share of each class among the true pixels that the picks revealed (all seeds, rounds 1 and later; the shared round 0 is left out).%s</figcaption></figure>\n"
            .formatted(
                pool.estimated() && pool.known()
                    ? " The pool’s shares are estimated from the regions drawn at random: round 0"
                        + " and the picks of random."
                    : ""));
    return out.append(ratios(study, bars, pool)).append("</section>\n").toString();
  }

  private static String legend(List<BarChart.Bars> bars) {
    StringBuilder out = new StringBuilder("<ul class=\"legend\">");
    for (BarChart.Bars bar : bars) {
      out.append(
          "<li><svg class=\"swatch\" viewBox=\"0 0 14 12\" width=\"14\" height=\"12\" aria-hidden=\"true\"><rect class=\"bar %s\" x=\"0.5\" y=\"0.5\" width=\"13\" height=\"11\"/></svg>%s</li>"
              .formatted(bar.style(), Text.escape(bar.name())));
    }
    return out.append("</ul>\n").toString();
  }

  private static String ratios(Study study, List<BarChart.Bars> bars, Study.Pool pool) {
    List<BarChart.Bars> strategies = bars.stream().filter(b -> !b.style().equals("pool")).toList();
    StringBuilder out =
        new StringBuilder(
            "<h3>How many times its share of the pool</h3>\n"
                + "<div class=\"scroll\"><table class=\"heat\"><thead><tr><th"
                + " scope=\"col\">class</th><th class=\"n\" scope=\"col\">pool</th>");
    for (BarChart.Bars bar : strategies) {
      out.append("<th class=\"n\" scope=\"col\">%s</th>".formatted(Text.escape(bar.name())));
    }
    out.append("</tr></thead><tbody>\n");
    double[] shares = pool.shares();
    for (int c = 0; c < shares.length && pool.known(); c++) {
      out.append(
          "<tr>%s<td class=\"n\">%s</td>"
              .formatted(className(study.classes().get(c), pool, c), Text.percent(shares[c])));
      for (BarChart.Bars bar : strategies) {
        out.append(ratio(bar.shares()[c], shares[c]));
      }
      out.append("</tr>\n");
    }
    out.append("</tbody><tfoot><tr><th scope=\"row\">entropy, nats</th>");
    out.append(
        "<td class=\"n\">%s</td>"
            .formatted(pool.known() ? Text.fixed(Shares.entropyNats(shares), 2) : Text.NONE));
    for (BarChart.Bars bar : strategies) {
      out.append(
          "<td class=\"n\"><b>%s</b></td>"
              .formatted(Text.fixed(Shares.entropyNats(bar.shares()), 2)));
    }
    return out.append(
            "</tr></tfoot></table></div>\n<p class=\"hint\">Teal: picked more often than its share of the pool, orange: less often. Entropy of the picked class distribution: %s is the most that %d classes allow (all equally often); more means a more even mix.</p>\n"
                .formatted(Text.fixed(Math.log(shares.length), 2), shares.length))
        .toString();
  }

  /** A cell around 1: one full colour step for a factor of four either way. */
  private static String ratio(double picked, double pool) {
    if (pool <= 0) {
      return "<td class=\"n\">" + Text.NONE + "</td>";
    }
    double times = picked / pool;
    double strength = times > 0 ? Math.max(-1, Math.min(1, Math.log(times) / Math.log(4))) : -1;
    return "<td class=\"n\" style=\"%s\">%s×</td>"
        .formatted(Look.diverging(strength), Text.fixed(times, times < 10 ? 2 : 1));
  }
}
