package dev.assay.report;

import java.util.Locale;

/**
 * Builder of one inline SVG picture. Lengths are in the picture's own units. Every text passes
 * through {@link Text#escape}; class names and attributes are the report's own.
 */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  /**
   * @param id unique in the page; names the title and description for screen readers
   * @param cssClass classes of the element
   */
  Svg(String id, String cssClass, double width, double height, String title, String description) {
    out.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"%s\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\" role=\"img\""
                + " aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">%s</title><desc"
                + " id=\"%s-d\">%s</desc>\n",
            cssClass,
            n(width),
            n(height),
            n(width),
            n(height),
            id,
            id,
            id,
            Text.escape(title),
            id,
            Text.escape(description)));
  }

  /** A coordinate with at most two digits after the point. */
  static String n(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  Svg line(double x1, double y1, double x2, double y2, String attributes) {
    out.append(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" %s/>\n"
            .formatted(n(x1), n(y1), n(x2), n(y2), attributes));
    return this;
  }

  Svg rect(double x, double y, double width, double height, String attributes) {
    return rect(x, y, width, height, attributes, "");
  }

  /** A rectangle; a non-empty {@code tip} is shown when pointed at. */
  Svg rect(double x, double y, double width, double height, String attributes, String tip) {
    out.append(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" %s"
            .formatted(n(x), n(y), n(width), n(height), attributes));
    return end("rect", tip);
  }

  Svg path(String data, String attributes, String tip) {
    out.append("<path d=\"%s\" %s".formatted(data, attributes));
    return end("path", tip);
  }

  private Svg end(String element, String tip) {
    out.append(
        tip.isEmpty() ? "/>\n" : "><title>%s</title></%s>\n".formatted(Text.escape(tip), element));
    return this;
  }

  /** Text whose {@code anchor} is start, middle or end. */
  Svg text(double x, double y, String anchor, String attributes, String text) {
    out.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" %s>%s</text>\n"
            .formatted(n(x), n(y), anchor, attributes, Text.escape(text)));
    return this;
  }

  /** Draws something defined elsewhere in the page. */
  Svg use(String id) {
    out.append("<use href=\"#%s\"/>\n".formatted(id));
    return this;
  }

  String end() {
    return out + "</svg>\n";
  }
}
