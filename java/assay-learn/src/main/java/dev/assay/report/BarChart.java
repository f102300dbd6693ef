package dev.assay.report;

import java.util.Arrays;
import java.util.List;

/** Horizontal bars in groups: one group per class, one bar per strategy, on a scale from zero. */
final class BarChart {
  /** One bar in every group; the style "pool" is the neutral reference. */
  record Bars(String name, String style, double[] shares) {}

  private static final double BAR = 11;
  private static final double GAP = 12;

  private BarChart() {}

  static String render(
      String id,
      boolean wide,
      List<Run.ClassInfo> classes,
      List<Bars> bars,
      String title,
      String description) {
    double width = wide ? 960 : 380;
    double left = wide ? 170 : 110;
    double group = bars.size() * BAR + GAP;
    double height = classes.size() * group + 30;
    double high = bars.stream().flatMapToDouble(b -> Arrays.stream(b.shares())).max().orElse(0);
    Axis x = Axis.covering(0, Math.max(high, 0.01), left, width - 58, wide ? 8 : 4);
    Svg svg = new Svg(id, "chart " + (wide ? "wide" : "narrow"), width, height, title, description);
    for (double tick : x.ticks()) {
      svg.line(x.place(tick), 22, x.place(tick), height, "class=\"grid\"")
          .text(x.place(tick), 14, "middle", "class=\"tick\"", Text.fixed(100 * tick, 0) + " %");
    }
    for (int c = 0; c < classes.size(); c++) {
      double top = 28 + c * group;
      String name = classes.get(c).name();
      svg.text(
          left - 10,
          top + bars.size() * BAR / 2 + 4,
          "end",
          "class=\"label\"",
          Text.shorten(name, wide ? 22 : 12));
      for (int b = 0; b < bars.size(); b++) {
        Bars bar = bars.get(b);
        double share = bar.shares()[c];
        double y = top + b * BAR;
        svg.rect(
                left,
                y + 0.5,
                Math.max(0.6, x.place(share) - left),
                BAR - 1.5,
                "class=\"bar " + bar.style() + "\"",
                "%s, %s: %s".formatted(name, bar.name(), Text.percent(share)))
            .text(x.place(share) + 4, y + BAR - 2, "start", "class=\"value\"", Text.percent(share));
      }
    }
    return svg.end();
  }
}
