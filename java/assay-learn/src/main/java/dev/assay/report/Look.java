package dev.assay.report;

import java.util.List;

/**
 * How strategies, rounds and values are told apart: by colour, and always by something else too
 * (dash and marker, or a number), so that a grey print or colour-blind eyes lose nothing.
 */
final class Look {
  private static final int STYLES = 8;
  private static final String[] DASHES = {
    "2 3", "7 3 2 3", "", "9 4", "", "5 3", "12 3 3 3", "3 2"
  };
  private static final int[] ROUND_COLOURS = {
    0xffffff, 0xfff321, 0xffb000, 0xff6b3d, 0xf0368c, 0xb44dff, 0x3fa7ff, 0x2de0c0
  };
  private static final int[] HEAT = {
    0xfbe9d9, 0xf5f1d8, 0xcfe6c8, 0x86c9ae, 0x3f9f97, 0x1d6e82, 0x123f5c
  };

  private Look() {}

  /** Style of a series: grey for random, then one colour each in the order of the study. */
  static int style(Study study, Series series) {
    return switch (series.role()) {
      case RANDOM -> 0;
      case CLASS_AWARE_RANDOM -> 1;
      default -> {
        List<Series> contenders =
            study.series().stream().filter(s -> s.role() == Series.Role.CONTENDER).toList();
        yield 2 + contenders.indexOf(series) % (STYLES - 2);
      }
    };
  }

  /** A heading cell with a strategy's swatch and name; short names are kept on one line. */
  static String rowHead(Study study, Series series) {
    return "<th scope=\"row\"%s>%s%s</th>"
        .formatted(
            keepTogether(series.label()),
            swatch(style(study, series)),
            Text.escape(series.label()));
  }

  /** The attribute that keeps a short name on one line; long ones may wrap. */
  static String keepTogether(String name) {
    return name.length() <= 22 ? " class=\"nw\"" : "";
  }

  static String dash(int style) {
    return DASHES[style].isEmpty() ? "" : "stroke-dasharray=\"" + DASHES[style] + "\"";
  }

  /** Path of a marker around a point; the shape goes with the style. */
  static String marker(int style, double x, double y, double r) {
    return switch (style) {
      case 0 -> circle(x, y, r);
      case 1 -> polygon(x, y, r * 1.25, 4, 0);
      case 2 -> polygon(x, y, r * 1.25, 4, Math.PI / 4);
      case 3 -> polygon(x, y, r * 1.35, 3, -Math.PI / 2);
      case 4 -> polygon(x, y, r * 1.35, 3, Math.PI / 2);
      case 5 -> polygon(x, y, r * 1.2, 5, -Math.PI / 2);
      case 6 -> polygon(x, y, r * 1.2, 6, 0);
      default -> polygon(x, y, r * 1.25, 3, 0);
    };
  }

  private static String circle(double x, double y, double r) {
    return "M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 %s 0z"
        .formatted(
            Svg.n(x - r),
            Svg.n(y),
            Svg.n(r),
            Svg.n(r),
            Svg.n(2 * r),
            Svg.n(r),
            Svg.n(r),
            Svg.n(-2 * r));
  }

  private static String polygon(double x, double y, double r, int corners, double turn) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < corners; i++) {
      double angle = turn + 2 * Math.PI * i / corners;
      path.append(i == 0 ? 'M' : 'L')
          .append(Svg.n(x + r * Math.cos(angle)))
          .append(' ')
          .append(Svg.n(y + r * Math.sin(angle)));
    }
    return path.append('z').toString();
  }

  /** A little picture of a style for legends and headings; says nothing to a screen reader. */
  static String swatch(int style) {
    return "<svg class=\"swatch s%d\" viewBox=\"0 0 30 12\" width=\"30\" height=\"12\" aria-hidden=\"true\"><path class=\"curve\" d=\"M1 6H29\" %s/><path class=\"dot\" d=\"%s\"/></svg>"
        .formatted(style, dash(style), marker(style, 15, 6, 4));
  }

  /**
   * Outline colour of a round as #rrggbb: one of the palette each, or between them when there are
   * more rounds than colours. Round 0 has one of its own.
   */
  static String roundColour(int round, int last) {
    int most = ROUND_COLOURS.length - 1;
    if (round <= 0 || last <= most) {
      return hex(ROUND_COLOURS[Math.min(Math.max(round, 0), most)]);
    }
    double position = 1 + (double) (round - 1) / (last - 1) * (most - 1);
    int low = Math.min((int) position, most - 1);
    return hex(mix(ROUND_COLOURS[low], ROUND_COLOURS[low + 1], position - low));
  }

  /** Background and the more readable of two text colours for a value in [0, 1], as CSS. */
  static String heat(double value) {
    double position = Math.min(1, Math.max(0, value)) * (HEAT.length - 1);
    int low = Math.min((int) position, HEAT.length - 2);
    int colour = mix(HEAT[low], HEAT[low + 1], position - low);
    return "background:" + hex(colour) + ";color:" + readableOn(colour);
  }

  /** Background and readable text for a value in [-1, 1]: orange below 0, teal above, as CSS. */
  static String diverging(double value) {
    int colour = mix(0xf3f4f3, value < 0 ? 0xd9772b : 0x1f8a84, Math.min(1, Math.abs(value)));
    return "background:" + hex(colour) + ";color:" + readableOn(colour);
  }

  /** Black or white, whichever has the higher WCAG contrast on the colour: at least 4.58. */
  static String readableOn(int colour) {
    double dark = contrast(colour, 0);
    return dark >= contrast(colour, 0xffffff) ? "#000000" : "#ffffff";
  }

  /** WCAG 2 contrast ratio of two colours 0xrrggbb. */
  static double contrast(int a, int b) {
    double la = luminance(a) + 0.05;
    double lb = luminance(b) + 0.05;
    return Math.max(la, lb) / Math.min(la, lb);
  }

  private static double luminance(int colour) {
    return 0.2126 * linear(colour >> 16 & 255)
        + 0.7152 * linear(colour >> 8 & 255)
        + 0.0722 * linear(colour & 255);
  }

  private static double linear(int channel) {
    double s = channel / 255.0;
    return s <= 0.04045 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4);
  }

  private static int mix(int a, int b, double t) {
    int mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int from = a >> shift & 255;
      int to = b >> shift & 255;
      mixed |= (int) Math.round(from + t * (to - from)) << shift;
    }
    return mixed;
  }

  /** #rrggbb. */
  static String hex(int colour) {
    return "#%06x".formatted(colour);
  }

  /** A class colour from a run, or grey when it is not of the form #rrggbb. */
  static String safeColour(String colour) {
    return colour.matches("#[0-9a-fA-F]{6}") ? colour : "#888888";
  }
}
