package dev.assay.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Mean IoU over the classes with the fewest pixels, which the mean over all classes hides. */
final class RareSection {
  /** As many as in the weighted-IoU study of RALIS, Figure 5. */
  private static final int RAREST = 6;

  private static final int MOST_BUDGETS = 5;

  private final Study study;
  private final List<Integer> rarest;
  private final List<Long> budgets;

  private RareSection(Study study) {
    this.study = study;
    this.rarest = rarest(study);
    this.budgets = Study.thin(study.chosenBudgets(), MOST_BUDGETS);
  }

  /** Nothing where there is no budget yet, or no more classes than would be called rare. */
  static String render(Study study) {
    RareSection section = new RareSection(study);
    boolean tellable = study.pool().known() && study.classes().size() > RAREST;
    return tellable && !section.budgets.isEmpty() ? section.render() : "";
  }

  /** Class numbers, rarest first. */
  static List<Integer> rarest(Study study) {
    long[] pixels = study.pool().pixels();
    return IntStream.range(0, pixels.length)
        .boxed()
        .sorted(Comparator.comparingLong(c -> pixels[c]))
        .limit(RAREST)
        .toList();
  }

  /** Mean IoU in percent over the rarest classes that occur; NaN when none does. */
  private double mean(Run.Row row) {
    return Statistics.mean(
        rarest.stream()
            .mapToDouble(c -> 100 * row.iou()[c])
            .filter(v -> !Double.isNaN(v))
            .toArray());
  }

  private String render() {
    List<ColumnChart.Columns> columns = new ArrayList<>();
    for (Series series : study.series()) {
      List<double[]> groups = budgets.stream().map(b -> series.values(b, this::mean)).toList();
      columns.add(new ColumnChart.Columns(series.label(), Look.style(study, series), groups));
    }
    StringBuilder out =
        new StringBuilder("<section id=\"rare\"><h2>The six rarest classes</h2>\n<figure>");
    out.append(Legend.of(study));
    for (boolean wide : new boolean[] {true, false}) {
      out.append(
          ColumnChart.render(
              wide ? "rare-wide" : "rare-narrow",
              wide,
              budgets,
              columns,
              ColumnChart.Reference.NONE,
              "mean IoU of the six rarest classes, %",
              "Mean over the seeds by strategy and budget. The table below the chart has the"
                  + " values."));
    }
    return out.append("<figcaption>%s</figcaption></figure>\n".formatted(caption()))
        .append(
            BudgetTable.render(
                study, budgets, (series, b) -> series.values(b, this::mean), 1, this::mean))
        .append("</section>\n")
        .toString();
  }

  private String caption() {
    double[] shares = study.pool().shares();
    List<String> names =
        rarest.stream()
            .map(c -> study.classes().get(c).name() + " " + Text.percent(shares[c]))
            .toList();
    return "Mean IoU over %s of the pool’s pixels (the form of Figure 5 of the weighted-IoU study of RALIS). Bars: mean over the seeds; lines: ± one standard deviation; dots: single seeds."
        .formatted(Text.escape(String.join(", ", names)));
  }
}
