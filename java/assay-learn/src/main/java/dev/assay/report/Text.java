package dev.assay.report;

import java.util.Locale;

/** Escaping and number formats of the page; independent of the machine's locale. */
final class Text {
  /** Stands where there is no value. */
  static final String NONE = "–";

  private Text() {}

  /**
   * Escapes for element content and quoted attributes of HTML and XML alike; characters that XML
   * cannot carry become U+FFFD.
   */
  static String escape(String raw) {
    StringBuilder out = new StringBuilder(raw.length() + 16);
    raw.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(legalInXml(c) ? c : 0xFFFD);
              }
            });
    return out.toString();
  }

  private static boolean legalInXml(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }

  /** A number with a fixed count of digits after the point and a true minus sign. */
  static String fixed(double value, int digits) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
    return zero ? text.replace("-", "") : text.replace('-', '−');
  }

  /** The same with a sign in front of positive values too. */
  static String signed(double value, int digits) {
    String text = fixed(value, digits);
    return value > 0 ? "+" + text : text;
  }

  /** Mean and standard deviation; the mean alone for one value. */
  static String meanAndDeviation(double[] values, int digits) {
    if (values.length == 0) {
      return NONE;
    }
    String mean = fixed(Statistics.mean(values), digits);
    return values.length == 1
        ? mean
        : mean + " ± " + fixed(Statistics.standardDeviation(values), digits);
  }

  /** A count with narrow spaces between thousands. */
  static String count(double value) {
    return Double.isNaN(value)
        ? NONE
        : String.format(Locale.ROOT, "%,.0f", value).replace(',', '\u202f');
  }

  /** A share in percent, with more digits when it is small. */
  static String percent(double share) {
    double percent = 100 * share;
    return Double.isNaN(share) ? NONE : fixed(percent, percent < 1 ? 2 : 1) + " %";
  }

  /** Seconds as people say them. */
  static String duration(double seconds) {
    if (Double.isNaN(seconds)) {
      return NONE;
    }
    if (seconds < 100) {
      return fixed(seconds, 1) + " s";
    }
    long whole = Math.round(seconds);
    return whole < 6000
        ? "%d min %02d s".formatted(whole / 60, whole % 60)
        : "%d h %02d min".formatted(whole / 3600, whole % 3600 / 60);
  }

  /** Cuts a long name in the middle of the page's width budget, in characters. */
  static String shorten(String text, int limit) {
    return text.codePointCount(0, text.length()) <= limit
        ? text
        : text.substring(0, text.offsetByCodePoints(0, limit - 1)) + "…";
  }
}
