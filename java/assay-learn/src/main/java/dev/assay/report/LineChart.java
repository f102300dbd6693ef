package dev.assay.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** mIoU against budget: mean lines, bands of one standard deviation, a point per seed. */
final class LineChart {
  /** Values at one budget: labelled regions, and mIoU in percent of every seed there. */
  record Point(double x, double[] values) {
    double mean() {
      return Statistics.mean(values);
    }

    double low() {
      return Arrays.stream(values).min().orElseThrow();
    }

    double high() {
      return Arrays.stream(values).max().orElseThrow();
    }

    /** The standard deviation; 0 for one value. */
    double deviation() {
      return values.length < 2 ? 0 : Statistics.standardDeviation(values);
    }

    private double lower() {
      return mean() - deviation();
    }

    private double upper() {
      return mean() + deviation();
    }
  }

  /** One strategy's curve, points in order of x; each point has at least one value. */
  record Curve(String name, int style, List<Point> points) {}

  private static final double TOP = 46;
  private static final double BOTTOM = 52;
  private static final double LEFT = 52;
  private static final double LABEL_HEIGHT = 17;

  private final List<Curve> curves;
  private final OptionalDouble reference;
  private final boolean wide;
  private final double right;
  private final double height;
  private final double plotRight;
  private final Axis x;
  private final Axis y;
  private final Svg svg;

  /**
   * @param reference mIoU of a fully supervised result, drawn as a dashed line
   * @param fractionPerRegion labelled fraction of the data that one region stands for; NaN when
   *     unknown, then there is no second axis
   */
  static String render(
      String id,
      boolean wide,
      List<Curve> curves,
      OptionalDouble reference,
      double fractionPerRegion,
      String title,
      String description) {
    return new LineChart(id, wide, curves, reference, title, description).draw(fractionPerRegion);
  }

  private LineChart(
      String id,
      boolean wide,
      List<Curve> curves,
      OptionalDouble reference,
      String title,
      String description) {
    this.curves = curves;
    this.reference = reference;
    this.wide = wide;
    double width = wide ? 960 : 380;
    this.height = wide ? 440 : 340;
    this.right = wide ? 232 : 14;
    this.plotRight = width - right;
    double[] xs = points().stream().mapToDouble(Point::x).toArray();
    double xLow = Arrays.stream(xs).min().orElse(0);
    double xHigh = Arrays.stream(xs).max().orElse(1);
    double pad = xHigh > xLow ? 0 : 1;
    this.x = new Axis(xLow - pad, xHigh + pad, LEFT + 12, plotRight - 12, 1);
    double low = points().stream().mapToDouble(p -> Math.min(p.low(), p.lower())).min().orElse(0);
    double high = points().stream().mapToDouble(p -> Math.max(p.high(), p.upper())).max().orElse(1);
    this.y =
        Axis.covering(
            Math.min(low, reference.orElse(low)),
            Math.max(high, reference.orElse(high)),
            height - BOTTOM,
            TOP,
            wide ? 6 : 5);
    this.svg =
        new Svg(id, "chart " + (wide ? "wide" : "narrow"), width, height, title, description);
  }

  private List<Point> points() {
    return curves.stream().flatMap(curve -> curve.points().stream()).toList();
  }

  private String draw(double fractionPerRegion) {
    drawAxes(fractionPerRegion);
    for (Curve curve : curves) {
      drawBand(curve);
    }
    for (int i = 0; i < curves.size(); i++) {
      drawCurve(curves.get(i), (i - (curves.size() - 1) / 2.0) * (wide ? 5 : 4));
    }
    drawLabels();
    return svg.end();
  }

  private void drawAxes(double fractionPerRegion) {
    for (double tick : y.ticks()) {
      svg.line(LEFT, y.place(tick), plotRight, y.place(tick), "class=\"grid\"")
          .text(LEFT - 8, y.place(tick) + 4, "end", "class=\"tick\"", Text.fixed(tick, y.digits()));
    }
    for (double budget : budgetTicks()) {
      double at = x.place(budget);
      svg.line(at, height - BOTTOM, at, height - BOTTOM + 5, "class=\"axis\"")
          .text(at, height - BOTTOM + 19, "middle", "class=\"tick\"", Text.count(budget));
      if (!Double.isNaN(fractionPerRegion)) {
        String share = Text.percent(budget * fractionPerRegion);
        svg.line(at, TOP - 5, at, TOP, "class=\"axis\"")
            .text(at, TOP - 9, "middle", "class=\"tick\"", share);
      }
    }
    svg.line(LEFT, height - BOTTOM, plotRight, height - BOTTOM, "class=\"axis\"");
    double middle = (LEFT + plotRight) / 2;
    svg.text(middle, height - 10, "middle", "class=\"label\"", "labelled regions");
    if (!Double.isNaN(fractionPerRegion)) {
      svg.text(middle, 14, "middle", "class=\"label\"", "labelled share of the data");
    }
    double centre = (TOP + height - BOTTOM) / 2;
    svg.text(
        14,
        centre,
        "middle",
        "class=\"label\" transform=\"rotate(-90 14 %s)\"".formatted(Svg.n(centre)),
        "mIoU, %");
    reference.ifPresent(
        value ->
            svg.line(LEFT, y.place(value), plotRight, y.place(value), "class=\"reference\"")
                .text(
                    LEFT + 8,
                    y.place(value) + (y.place(value) < TOP + 24 ? 16 : -6),
                    "start",
                    "class=\"tick strong\"",
                    "fully supervised " + Text.fixed(value, 1)));
  }

  /** The budgets themselves, thinned until their labels fit. */
  private List<Double> budgetTicks() {
    double space = wide ? 64 : 52;
    List<Double> ticks = new ArrayList<>();
    List<Double> all = points().stream().map(Point::x).distinct().sorted().toList();
    for (double budget : all) {
      if (ticks.isEmpty() || x.place(budget) - x.place(ticks.get(ticks.size() - 1)) >= space) {
        ticks.add(budget);
      }
    }
    return ticks;
  }

  private void drawBand(Curve curve) {
    List<Point> points = curve.points();
    if (points.stream().allMatch(point -> point.values().length < 2)) {
      return;
    }
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? 'M' : 'L').append(at(point.x(), point.upper()));
    }
    for (int i = points.size() - 1; i >= 0; i--) {
      path.append('L').append(at(points.get(i).x(), points.get(i).lower()));
    }
    svg.path(path.append('z').toString(), "class=\"band s" + curve.style() + "\"", "");
  }

  private void drawCurve(Curve curve, double dodge) {
    StringBuilder path = new StringBuilder();
    for (Point point : curve.points()) {
      path.append(path.isEmpty() ? 'M' : 'L').append(at(point.x(), point.mean()));
      if (point.values().length > 1) {
        for (double value : point.values()) {
          String dot = Look.marker(0, x.place(point.x()) + dodge, y.place(value), 1.8);
          svg.path(dot, "class=\"seed s" + curve.style() + "\"", "");
        }
      }
    }
    svg.path(
        path.toString(),
        "class=\"curve s%d\" %s".formatted(curve.style(), Look.dash(curve.style())),
        curve.name());
    for (Point point : curve.points()) {
      svg.path(
          Look.marker(curve.style(), x.place(point.x()), y.place(point.mean()), 4.5),
          "class=\"dot s" + curve.style() + "\"",
          "%s, %s regions: mIoU %s %% (n = %d)"
              .formatted(
                  curve.name(),
                  Text.count(point.x()),
                  Text.meanAndDeviation(point.values(), 1),
                  point.values().length));
    }
  }

  /** Names at the ends of the lines, pushed apart until none overlaps another. */
  private void drawLabels() {
    if (!wide) {
      return;
    }
    List<Curve> ordered =
        curves.stream()
            .filter(curve -> !curve.points().isEmpty())
            .sorted(Comparator.comparingDouble(curve -> y.place(last(curve).mean())))
            .toList();
    double[] at = new double[ordered.size()];
    for (int i = 0; i < at.length; i++) {
      double wanted = y.place(last(ordered.get(i)).mean());
      at[i] = i == 0 ? Math.max(TOP, wanted) : Math.max(wanted, at[i - 1] + LABEL_HEIGHT);
    }
    double floor = height - BOTTOM;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = Math.min(at[i], floor);
      floor = at[i] - LABEL_HEIGHT;
    }
    for (int i = 0; i < at.length; i++) {
      Curve curve = ordered.get(i);
      Point end = last(curve);
      String attributes = "class=\"leader s" + curve.style() + "\"";
      // A line from a curve that stopped early would look like its continuation.
      boolean whole = end.x() == x.high() || points().size() == 1;
      if (whole) {
        svg.line(x.place(end.x()) + 8, y.place(end.mean()), plotRight + 6, at[i], attributes);
      }
      String name = Text.shorten(curve.name(), whole ? 22 : 14);
      svg.text(
          plotRight + 10,
          at[i] + 4,
          "start",
          "class=\"name s" + curve.style() + "\"",
          Text.fixed(end.mean(), 1) + "  " + (whole ? name : name + " at " + Text.count(end.x())));
    }
  }

  private static Point last(Curve curve) {
    return curve.points().get(curve.points().size() - 1);
  }

  private String at(double px, double py) {
    return Svg.n(x.place(px)) + " " + Svg.n(y.place(py));
  }
}
