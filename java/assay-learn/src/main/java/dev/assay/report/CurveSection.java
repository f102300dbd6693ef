package dev.assay.report;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

/** mIoU over the budget, and the area under that curve. */
final class CurveSection {
  private CurveSection() {}

  static String render(Study study) {
    List<LineChart.Curve> curves = curves(study);
    StringBuilder out = new StringBuilder("<section id=\"curve\"><h2>mIoU over the budget</h2>\n");
    if (curves.isEmpty()) {
      return out.append("<p class=\"hint\">No evaluated round yet.</p></section>\n").toString();
    }
    out.append("<figure>").append(Legend.of(study));
    for (boolean wide : new boolean[] {true, false}) {
      out.append(
          LineChart.render(
              wide ? "curve-wide" : "curve-narrow",
              wide,
              curves,
              study.supervised(),
              fractionPerRegion(study),
              "mIoU against labelled regions",
              describe(curves)));
    }
    int seeds = study.series().stream().mapToInt(s -> s.seeds().size()).max().orElse(0);
    out.append(
        "<figcaption>%s The vertical axis does not start at 0. %s (The form of RALIS, Figure 4.)</figcaption></figure>\n"
            .formatted(
                seeds > 1
                    ? "Lines: mean over the seeds. Bands: ± one standard deviation. Small"
                        + " dots: single seeds."
                    : "One seed: the lines are single trainings, and nothing here shows how much"
                        + " they vary.",
                firstPoint(study)));
    return out.append(table(curves))
        .append(BudgetSection.render(study))
        .append(area(study))
        .append("</section>\n")
        .toString();
  }

  /** What stands at the left end: round 0, or what a strategy chose first. */
  private static String firstPoint(Study study) {
    boolean initial =
        study.series().stream()
            .anyMatch(s -> s.budgets().stream().anyMatch(budget -> !s.hasChosenAt(budget)));
    return initial
        ? "The first point is round 0: the same randomly drawn regions for every strategy of a seed."
        : "Only the budgets with a point were evaluated.";
  }

  static List<LineChart.Curve> curves(Study study) {
    List<LineChart.Curve> curves = new ArrayList<>();
    for (Series series : study.series()) {
      List<LineChart.Point> points = new ArrayList<>();
      for (long budget : series.budgets()) {
        double[] values = series.values(budget, row -> 100 * row.miou());
        if (values.length > 0) {
          points.add(new LineChart.Point(budget, values));
        }
      }
      if (!points.isEmpty()) {
        curves.add(new LineChart.Curve(series.label(), Look.style(study, series), points));
      }
    }
    return curves;
  }

  /** Labelled fraction per region, when one factor explains every row within 1 %; else NaN. */
  private static double fractionPerRegion(Study study) {
    double factor = Double.NaN;
    for (Series series : study.series()) {
      for (long budget : series.budgets()) {
        for (Run.Row row : series.at(budget)) {
          double ratio = row.labelledFraction() / row.labelledRegions();
          if (Double.isNaN(factor)) {
            factor = ratio;
          }
          if (!(Math.abs(ratio - factor) <= 0.01 * factor)) {
            return Double.NaN;
          }
        }
      }
    }
    return factor > 0 ? factor : Double.NaN;
  }

  private static String describe(List<LineChart.Curve> curves) {
    StringBuilder text = new StringBuilder();
    for (LineChart.Curve curve : curves) {
      LineChart.Point first = curve.points().get(0);
      LineChart.Point last = curve.points().get(curve.points().size() - 1);
      text.append(
          "%s: from %s %% at %s regions to %s %% at %s regions. "
              .formatted(
                  curve.name(),
                  Text.fixed(first.mean(), 1),
                  Text.count(first.x()),
                  Text.fixed(last.mean(), 1),
                  Text.count(last.x())));
    }
    return text + "All values are in the table below the chart.";
  }

  private static String table(List<LineChart.Curve> curves) {
    List<Double> budgets =
        curves.stream()
            .flatMap(curve -> curve.points().stream().map(LineChart.Point::x))
            .distinct()
            .sorted()
            .toList();
    StringBuilder out =
        new StringBuilder(
            "<details><summary>The same as a table: mIoU in %, mean ± standard"
                + " deviation</summary><div class=\"scroll\"><table><thead><tr><th"
                + " scope=\"col\">labelled regions</th>");
    for (double budget : budgets) {
      out.append("<th class=\"n\" scope=\"col\">%s</th>".formatted(Text.count(budget)));
    }
    out.append("</tr></thead><tbody>\n");
    for (LineChart.Curve curve : curves) {
      out.append(
          "<tr><th scope=\"row\"%s>%s%s</th>"
              .formatted(
                  Look.keepTogether(curve.name()),
                  Look.swatch(curve.style()),
                  Text.escape(curve.name())));
      for (double budget : budgets) {
        double[] values =
            curve.points().stream()
                .filter(point -> point.x() == budget)
                .findFirst()
                .map(LineChart.Point::values)
                .orElse(new double[0]);
        out.append("<td class=\"n\">%s</td>".formatted(Text.meanAndDeviation(values, 1)));
      }
      out.append("</tr>\n");
    }
    return out.append("</tbody></table></div></details>\n").toString();
  }

  private static String area(Study study) {
    long budget = study.finalBudget();
    StringBuilder out =
        new StringBuilder(
            """
            <h3>Area under the budget curve</h3>
            <p class="hint">AUC@B: trapezoid area under mIoU in %% over the labelled share of the data, from the first evaluated budget to %s regions. It rewards being good early, which the final value does not see. Seeds that have not got that far are left out.</p>
            <div class="scroll"><table><thead><tr><th scope="col">strategy</th><th class="n" scope="col">AUC@B</th><th class="n" scope="col">mean mIoU along the curve, %%</th><th class="n" scope="col">seeds</th><th class="n" scope="col">to random, in that mean</th><th class="n" scope="col">95 %% interval</th></tr></thead><tbody>
            """
                .formatted(Text.count(budget)));
    for (Series series : study.series()) {
      double[] areas = doubles(series.aucBySeed(budget));
      NavigableMap<Long, Double> heights = meanHeights(series, budget);
      Optional<Comparison> comparison =
          study
              .baseline(series, Series.Role.RANDOM)
              .map(random -> Comparison.of(budget, heights, meanHeights(random, budget)))
              .filter(c -> !c.seeds().isEmpty());
      out.append(
          "<tr>%s<td class=\"n\">%s</td><td class=\"n\"><b>%s</b></td><td class=\"n\">%d</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n"
              .formatted(
                  Look.rowHead(study, series),
                  Text.meanAndDeviation(areas, 3),
                  Text.meanAndDeviation(doubles(heights), 1),
                  areas.length,
                  comparison.map(c -> Text.signed(c.mean(), 1)).orElse(Text.NONE),
                  comparison
                      .filter(c -> c.interval() != null)
                      .map(VerdictSection::interval)
                      .orElse(Text.NONE)));
    }
    return out.append("</tbody></table></div>\n").toString();
  }

  /** The area divided by its width: the mean mIoU in percent along the curve, by seed. */
  private static NavigableMap<Long, Double> meanHeights(Series series, long budget) {
    NavigableMap<Long, Double> areas = series.aucBySeed(budget);
    areas.replaceAll(
        (seed, area) -> {
          var points = series.seeds().get(seed);
          double from = points.firstEntry().getValue().labelledFraction();
          return area / (points.get(budget).labelledFraction() - from);
        });
    return areas;
  }

  private static double[] doubles(NavigableMap<Long, Double> bySeed) {
    return bySeed.values().stream().mapToDouble(Double::doubleValue).toArray();
  }
}
