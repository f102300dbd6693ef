package dev.assay.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Upright bars in groups, one group per budget and one bar per strategy, on a scale from zero: the
 * bar is the mean over the seeds, the line on it one standard deviation either way, dots are seeds.
 */
final class ColumnChart {
  /** One strategy: its style, and for every group the value of each seed, which may be none. */
  record Columns(String name, int style, List<double[]> groups) {}

  private static final double TOP = 26;
  private static final double BOTTOM = 46;
  private static final double LEFT = 56;
  private static final double RIGHT = 12;
  private static final double WIDEST_BAR = 46;

  private final List<Long> budgets;
  private final List<Columns> columns;
  private final double height;
  private final double right;
  private final Axis y;
  private final Svg svg;

  /**
   * A horizontal line to compare the bars with.
   *
   * @param value NaN: there is none
   */
  record Reference(String name, double value) {
    static final Reference NONE = new Reference("", Double.NaN);
  }

  static String render(
      String id,
      boolean wide,
      List<Long> budgets,
      List<Columns> columns,
      Reference reference,
      String title,
      String description) {
    return new ColumnChart(id, wide, budgets, columns, reference, title, description)
        .draw(title, reference);
  }

  private ColumnChart(
      String id,
      boolean wide,
      List<Long> budgets,
      List<Columns> columns,
      Reference reference,
      String title,
      String description) {
    this.budgets = budgets;
    this.columns = columns;
    double width = wide ? 960 : 380;
    this.height = wide ? 330 : 280;
    this.right = width - RIGHT;
    double highest =
        columns.stream()
            .flatMap(one -> one.groups().stream())
            .mapToDouble(ColumnChart::top)
            .max()
            .orElse(1);
    double most = Double.isNaN(reference.value()) ? highest : Math.max(highest, reference.value());
    this.y = Axis.covering(0, Math.max(most, 1e-3), height - BOTTOM, TOP, 5);
    this.svg =
        new Svg(id, "chart " + (wide ? "wide" : "narrow"), width, height, title, description);
  }

  /** The highest mark of a bar. */
  private static double top(double[] values) {
    double highest = Arrays.stream(values).max().orElse(0);
    return values.length < 2
        ? highest
        : Math.max(highest, Statistics.mean(values) + Statistics.standardDeviation(values));
  }

  private String draw(String title, Reference reference) {
    for (double tick : y.ticks()) {
      svg.line(LEFT, y.place(tick), right, y.place(tick), "class=\"grid\"")
          .text(LEFT - 8, y.place(tick) + 4, "end", "class=\"tick\"", Text.fixed(tick, y.digits()));
    }
    double group = (right - LEFT) / budgets.size();
    double bar = Math.min(WIDEST_BAR, group * 0.82 / columns.size());
    for (int g = 0; g < budgets.size(); g++) {
      double middle = LEFT + (g + 0.5) * group;
      for (int s = 0; s < columns.size(); s++) {
        column(columns.get(s), g, middle + (s - columns.size() / 2.0) * bar, bar);
      }
      svg.text(
          middle, height - BOTTOM + 18, "middle", "class=\"tick\"", Text.count(budgets.get(g)));
    }
    svg.line(LEFT, y.place(0), right, y.place(0), "class=\"axis\"")
        .text((LEFT + right) / 2, height - 8, "middle", "class=\"label\"", "labelled regions")
        .text(LEFT - 40, 14, "start", "class=\"label\"", title);
    if (!Double.isNaN(reference.value())) {
      double at = y.place(reference.value());
      // Above the plot, where no bar is.
      String name = reference.name() + " " + Text.fixed(reference.value(), 2);
      svg.line(LEFT, at, right, at, "class=\"compared\"")
          .text(right, 14, "end", "class=\"tick strong\"", name);
    }
    return svg.end();
  }

  private void column(Columns one, int group, double left, double bar) {
    double[] values = one.groups().get(group);
    if (values.length == 0) {
      return;
    }
    double mean = Statistics.mean(values);
    double middle = left + bar / 2;
    svg.rect(
        left + bar * 0.06,
        y.place(mean),
        bar * 0.88,
        y.place(0) - y.place(mean),
        "class=\"bar s" + one.style() + "\"",
        "%s, %s regions: %s (n = %d)"
            .formatted(
                one.name(),
                Text.count(budgets.get(group)),
                Text.meanAndDeviation(values, 2),
                values.length));
    if (values.length > 1) {
      spread(values, mean, middle, bar);
    }
  }

  private void spread(double[] values, double mean, double middle, double bar) {
    double deviation = Statistics.standardDeviation(values);
    double high = y.place(mean + deviation);
    double low = y.place(Math.max(0, mean - deviation));
    double cap = Math.min(5, bar / 4);
    // First the halo: the line must be seen on bars of any colour, and beside them.
    for (String style : List.of("class=\"halo\"", "class=\"whisk\"")) {
      svg.line(middle, high, middle, low, style)
          .line(middle - cap, high, middle + cap, high, style)
          .line(middle - cap, low, middle + cap, low, style);
    }
    DoubleStream.of(values)
        .forEach(
            value ->
                svg.path(
                    Look.marker(0, middle + bar * 0.22, y.place(value), 2),
                    "class=\"single\"",
                    ""));
  }
}
