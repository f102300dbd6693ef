package dev.assay.report;

/** The key from colour, dash and marker to strategy. */
final class Legend {
  private Legend() {}

  static String of(Study study) {
    StringBuilder out = new StringBuilder("<ul class=\"legend\">");
    for (Series series : study.series()) {
      out.append(
          "<li>%s%s</li>"
              .formatted(Look.swatch(Look.style(study, series)), Text.escape(series.label())));
    }
    return out.append("</ul>\n").toString();
  }
}
