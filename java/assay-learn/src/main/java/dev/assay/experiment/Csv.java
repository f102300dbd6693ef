package dev.assay.experiment;

/** Comma-separated values as RFC 4180 has them. */
final class Csv {
  private Csv() {}

  /** A text field, quoted when it must be. */
  static String field(String text) {
    boolean quote = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quote ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  /** Appends further fields to a line. */
  static void append(StringBuilder line, int... values) {
    for (int value : values) {
      line.append(',').append(value);
    }
  }
}
