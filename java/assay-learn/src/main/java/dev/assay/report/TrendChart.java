package dev.assay.report;

import java.util.Arrays;

/** One quantity over the episodes of a training: a small line chart. */
final class TrendChart {
  private static final double WIDTH = 380;
  private static final double HEIGHT = 220;
  private static final double LEFT = 60;
  private static final double RIGHT = 12;
  private static final double TOP = 14;
  private static final double BOTTOM = 44;
  private static final int TICKS = 5;

  private TrendChart() {}

  /**
   * @param values one per episode, the first being episode 1; NaN leaves a gap
   * @param smooth a line through the values' trailing means, of the same length; empty for none
   */
  static String render(String id, String title, String unit, double[] values, double[] smooth) {
    double[] known = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
    double low = Arrays.stream(known).min().orElse(0);
    double high = Arrays.stream(known).max().orElse(1);
    Axis y = Axis.covering(low, high, HEIGHT - BOTTOM, TOP, 4);
    Axis x = new Axis(0.5, values.length + 0.5, LEFT, WIDTH - RIGHT, 1);
    String description =
        "%s by episode: from %s to %s"
            .formatted(title, Text.fixed(low, y.digits() + 1), Text.fixed(high, y.digits() + 1));
    Svg svg = new Svg(id, "chart", WIDTH, HEIGHT, title, description);
    for (double tick : y.ticks()) {
      svg.line(LEFT, y.place(tick), WIDTH - RIGHT, y.place(tick), "class=\"grid\"")
          .text(LEFT - 6, y.place(tick) + 4, "end", "class=\"tick\"", Text.fixed(tick, y.digits()));
    }
    int step = (int) Math.max(1, Axis.roundStep((double) values.length / TICKS));
    for (int episode = step; episode <= values.length; episode += step) {
      svg.text(x.place(episode), HEIGHT - BOTTOM + 18, "middle", "class=\"tick\"", "" + episode);
    }
    svg.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "class=\"axis\"")
        .text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "middle", "class=\"label\"", "episode")
        .path(line(values, x, y), "class=\"curve s0\"", title + unit);
    if (smooth.length > 0) {
      svg.path(line(smooth, x, y), "class=\"curve s2\"", title + unit + ", trailing mean");
    }
    return svg.end();
  }

  private static String line(double[] values, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    boolean broken = true;
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        broken = true;
        continue;
      }
      path.append(broken ? 'M' : 'L')
          .append(Svg.n(x.place(i + 1)))
          .append(' ')
          .append(Svg.n(y.place(values[i])));
      broken = false;
    }
    return path.toString();
  }
}
