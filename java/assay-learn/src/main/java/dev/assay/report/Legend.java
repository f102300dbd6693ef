package dev.assay.report;

/** The key from colour, dash and marker to strategy. */
final class Legend {
  private Legend() {}

  static String of(Study study) {
    StringBuilder out = new StringBuilder("<ul class=\"legend\">");
    for (int i = 0; i < study.series().size(); i++) {
      Series series = study.series().get(i);
      out.append(
          "<li>%s%s</li>"
              .formatted(Look.swatch(Look.style(series, i)), Text.escape(series.label())));
    }
    return out.append("</ul>\n").toString();
  }
}
