package dev.assay.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Which classes each strategy had labelled: frequencies, and how even the mix is. */
final class PickedSection {
  private static final int MOST_BUDGETS = 6;

  private PickedSection() {}

  static String render(Study study) {
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
        "<figcaption>Share of each class among the true pixels that the picks revealed (all seeds, rounds 1 and later), against the pool’s own frequencies (RALIS, Figure C.1). Void pixels are left out.%s</figcaption></figure>\n"
            .formatted(
                pool.estimated() && pool.known()
                    ? " The pool’s shares are estimated from the regions drawn at random: round 0"
                        + " and the picks of random."
                    : ""));
    return out.append(ratios(study, bars, pool))
        .append(entropies(study, pool))
        .append("</section>\n")
        .toString();
  }

  /** The entropy of each strategy's picks at every budget. */
  private static String entropies(Study study, Study.Pool pool) {
    int classes = study.classes().size();
    List<Long> budgets = Study.thin(study.chosenBudgets(), MOST_BUDGETS);
    if (budgets.isEmpty()) {
      return "";
    }
    List<ColumnChart.Columns> columns = new ArrayList<>();
    for (Series series : study.series()) {
      List<double[]> groups =
          budgets.stream().map(b -> series.pickedEntropies(classes, b)).toList();
      columns.add(new ColumnChart.Columns(series.label(), Look.style(study, series), groups));
    }
    ColumnChart.Reference reference =
        pool.known()
            ? new ColumnChart.Reference("pool", Shares.entropyNats(pool.shares()))
            : ColumnChart.Reference.NONE;
    StringBuilder out = new StringBuilder("<h3>How even the mix is</h3>\n<figure>");
    out.append(Legend.of(study));
    for (boolean wide : new boolean[] {true, false}) {
      out.append(
          ColumnChart.render(
              wide ? "entropy-wide" : "entropy-narrow",
              wide,
              budgets,
              columns,
              reference,
              "entropy of the picked pixels’ classes, nats",
              "Mean over the seeds by strategy and budget. The table below the chart has the"
                  + " values."));
    }
    return out.append(
            "<figcaption>Entropy of the class distribution of all pixels picked up to a budget (RALIS, Figure 3). Dashed: the pool’s own; ln %d = %s would be all classes equally often. Bars: mean over the seeds; lines: ± one standard deviation; dots: single seeds.</figcaption></figure>\n"
                .formatted(classes, Text.fixed(Math.log(classes), 2)))
        .append(BudgetTable.render(study, budgets, (one, b) -> one.pickedEntropies(classes, b), 2))
        .toString();
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
              .formatted(
                  ClassSection.className(study.classes().get(c), pool, c),
                  Text.percent(shares[c])));
      for (BarChart.Bars bar : strategies) {
        out.append(ratio(bar.shares()[c], shares[c]));
      }
      out.append("</tr>\n");
    }
    return out.append(
            "</tbody></table></div>\n<p class=\"hint\">Teal: picked more often than its share of the pool, orange: less often.</p>\n")
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
