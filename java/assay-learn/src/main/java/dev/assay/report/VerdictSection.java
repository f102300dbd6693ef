package dev.assay.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Is it better than random? One card per strategy, then the final numbers. */
final class VerdictSection {
  private static final double WHISKER_WIDTH = 320;
  private static final double WHISKER_HEIGHT = 62;

  private final Study study;
  private final StringBuilder out = new StringBuilder();
  private final double reach;
  private int whiskers;

  private VerdictSection(Study study) {
    this.study = study;
    this.reach = reach(study);
  }

  static String render(Study study) {
    return new VerdictSection(study).render();
  }

  /** A comparison with the name of what it is against. */
  private record Against(String name, Comparison comparison) {}

  private String render() {
    out.append("<section id=\"verdict\"><h2>Is it better than random?</h2>\n");
    List<Series> judged =
        study.series().stream().filter(s -> s.role() != Series.Role.RANDOM).toList();
    boolean hasRandom = judged.size() < study.series().size();
    if (!hasRandom) {
      out.append(
          "<p class=\"hint\">There is no <em>random</em> strategy among the runs, so nothing can be"
              + " compared with it. Add <code>random</code> and <code>class-aware random</code> to"
              + " the strategies.</p>\n");
    }
    out.append("<div class=\"cards\">\n");
    for (Series series : judged) {
      card(series);
    }
    out.append("</div>\n");
    int comparisons = judged.stream().mapToInt(s -> against(study, s).size()).sum();
    if (comparisons > 0) {
      method(comparisons);
    }
    finalTable();
    return out.append("</section>\n").toString();
  }

  private static List<Against> against(Study study, Series series) {
    return study.baselines(series).stream()
        .map(baseline -> new Against(baseline.label(), Comparison.ofMiou(series, baseline)))
        .toList();
  }

  /** One scale for every whisker, set by means and single seeds: intervals may run off it. */
  private static double reach(Study study) {
    double reach = 0.5;
    for (Series series : study.series()) {
      for (Against against : against(study, series)) {
        Comparison comparison = against.comparison();
        for (double difference : comparison.differences()) {
          reach = Math.max(reach, Math.abs(difference));
        }
        if (comparison.seeds().size() > 2) {
          double half = comparison.interval().high() - comparison.mean();
          reach = Math.max(reach, Math.min(3 * reach, Math.abs(comparison.mean()) + half));
        }
      }
    }
    return reach * 1.15;
  }

  private void card(Series series) {
    int style = Look.style(study, series);
    out.append("<article class=\"card\"><h3>")
        .append(Look.swatch(style))
        .append(Text.escape(series.label()))
        .append("</h3>\n");
    List<Against> all = against(study, series);
    if (all.isEmpty()) {
      out.append("<p class=\"hint\">Nothing to compare it with.</p>\n");
    }
    for (Against against : all) {
      comparison(series, against, style);
    }
    out.append("</article>\n");
  }

  private void comparison(Series series, Against against, int style) {
    Comparison comparison = against.comparison();
    Comparison.Answer answer = comparison.answer();
    out.append(
        "<div class=\"vs\"><p class=\"question\">better than %s: <strong class=\"answer %s\">%s</strong></p>\n"
            .formatted(
                Text.escape(against.name()),
                answer.name().toLowerCase(Locale.ROOT),
                answer.text()));
    if (!comparison.seeds().isEmpty()) {
      out.append(
          "<p class=\"difference\"><b>%s points</b> %s</p>\n"
              .formatted(Text.signed(comparison.mean(), 1), facts(comparison)));
      out.append(whisker(series.label(), against.name(), comparison, style));
    }
    out.append("<p class=\"why\">%s</p></div>\n".formatted(Text.escape(comparison.explanation())));
  }

  private static String facts(Comparison comparison) {
    int n = comparison.seeds().size();
    String seeds = "n = %d, at %s regions".formatted(n, Text.count(comparison.budget()));
    return comparison.interval() == null ? seeds : interval(comparison) + ", " + seeds;
  }

  /** The interval as [low, high]. */
  static String interval(Comparison comparison) {
    return "[%s, %s]"
        .formatted(
            Text.signed(comparison.interval().low(), 1),
            Text.signed(comparison.interval().high(), 1));
  }

  private String whisker(String name, String baseline, Comparison comparison, int style) {
    Axis x = new Axis(-reach, reach, 14, WHISKER_WIDTH - 14, 1);
    double y = 20;
    Svg svg =
        new Svg(
            "whisker" + whiskers++,
            "whisker s" + style,
            WHISKER_WIDTH,
            WHISKER_HEIGHT,
            "mIoU difference of %s to %s".formatted(name, baseline),
            "Mean %s points; %s".formatted(Text.signed(comparison.mean(), 1), facts(comparison)));
    svg.line(x.place(0), 4, x.place(0), 36, "class=\"zero\"");
    svg.line(x.from(), 36, x.to(), 36, "class=\"axis\"");
    double tick = Axis.roundStep(reach / 4);
    for (int k = -4; k <= 4; k++) {
      double at = k * tick;
      if (Math.abs(at) <= reach) {
        svg.line(x.place(at), 36, x.place(at), 40, "class=\"axis\"")
            .text(x.place(at), 52, "middle", "class=\"tick\"", Text.signed(at, tick < 1 ? 1 : 0));
      }
    }
    if (comparison.interval() != null) {
      end(svg, x, comparison.interval().low(), y, -1);
      end(svg, x, comparison.interval().high(), y, 1);
      double low = Math.max(-reach, comparison.interval().low());
      double high = Math.min(reach, comparison.interval().high());
      svg.line(x.place(low), y, x.place(high), y, "class=\"range\"");
    }
    for (double difference : comparison.differences()) {
      svg.path(Look.marker(0, x.place(difference), y + 9, 2.2), "class=\"seed\"", "");
    }
    svg.path(Look.marker(style, x.place(comparison.mean()), y, 5.5), "class=\"dot\"", "");
    return svg.end();
  }

  /** A cap where the interval ends, or an arrow where it runs off the scale. */
  private void end(Svg svg, Axis x, double value, double y, int direction) {
    if (Math.abs(value) <= reach) {
      svg.line(x.place(value), y - 5, x.place(value), y + 5, "class=\"range\"");
      return;
    }
    double tip = x.place(Math.copySign(reach, value)) + direction * 8;
    double back = tip - direction * 9;
    svg.path(
        "M%s %sL%s %sL%s %sz"
            .formatted(Svg.n(tip), Svg.n(y), Svg.n(back), Svg.n(y - 6), Svg.n(back), Svg.n(y + 6)),
        "class=\"arrow\"",
        "");
  }

  private void method(int comparisons) {
    double chance = 1 - Math.pow(Comparison.CONFIDENCE, comparisons);
    out.append(
        """
        <details class="method"><summary>How this is decided</summary>
        <p>Each seed gives a pair: both strategies start from the same labelled regions and the same initial weights, so only the difference within a pair counts.
        The bar is the 95 %% confidence interval (Student’s t) of the mean difference in mIoU, small dots are single seeds, an arrow means that the interval runs off the scale.
        <b>Yes</b> and <b>no</b> (worse) need at least three seeds and an interval that excludes 0; from six seeds on, the exact sign-flip test, which needs no normal distribution, must agree (below six seeds it can never reach 5 %%).
        Everything else is <b>not shown</b>, which is not the same as “equal”.</p>
        <p>%s, without correction: if no strategy differed from its baseline, the chance that at least one would still be called different is at most about %s.</p></details>
        """
            .formatted(
                comparisons == 1
                    ? "One comparison is made here"
                    : comparisons + " comparisons are made here",
                Text.percent(Math.max(chance, 0.05))));
  }

  private void finalTable() {
    out.append(
        """
        <h3>Final numbers (%s split)</h3>
        <div class="scroll"><table><thead><tr><th scope="col">strategy</th><th class="n" scope="col">labelled regions</th><th class="n" scope="col">share of data</th><th class="n" scope="col">mIoU, %%</th><th class="n" scope="col">std. dev.</th><th class="n" scope="col">lowest</th><th class="n" scope="col">highest</th><th class="n" scope="col">seeds</th><th class="n" scope="col">pixel accuracy, %%</th></tr></thead><tbody>
        """
            .formatted(Text.escape(study.split())));
    for (Series series : study.series()) {
      long budget = series.lastBudget();
      double[] miou = series.values(budget, row -> 100 * row.miou());
      double[] share = series.values(budget, Run.Row::labelledFraction);
      double[] accuracy = series.values(budget, row -> 100 * row.pixelAccuracy());
      LineChart.Point spread = new LineChart.Point(budget, miou);
      boolean none = miou.length == 0;
      row(
          Look.rowHead(study, series),
          none ? Text.NONE : Text.count(budget),
          share.length == 0 ? Text.NONE : Text.percent(Statistics.mean(share)),
          none ? Text.NONE : "<b>" + Text.fixed(spread.mean(), 1) + "</b>",
          none ? Text.NONE : Text.fixed(Statistics.standardDeviation(miou), 1),
          none ? Text.NONE : Text.fixed(spread.low(), 1),
          none ? Text.NONE : Text.fixed(spread.high(), 1),
          String.valueOf(miou.length),
          accuracy.length == 0 ? Text.NONE : Text.fixed(Statistics.mean(accuracy), 1));
    }
    study
        .supervised()
        .ifPresent(
            value ->
                row(
                    "<th scope=\"row\">fully supervised</th>",
                    "all",
                    Text.percent(1),
                    "<b>" + Text.fixed(value, 1) + "</b>",
                    Text.NONE,
                    Text.NONE,
                    Text.NONE,
                    Text.NONE,
                    Text.NONE));
    out.append("</tbody></table></div>\n");
  }

  private void row(String head, String... cells) {
    out.append("<tr>").append(head);
    for (String cell : cells) {
      out.append("<td class=\"n\">").append(cell).append("</td>");
    }
    out.append("</tr>\n");
  }

  /** The verdicts against random in one line of plain text. */
  static String summary(Study study) {
    List<String> parts = new ArrayList<>();
    for (Series series : study.series()) {
      study
          .baseline(series, Series.Role.RANDOM)
          .ifPresent(
              random ->
                  parts.add(
                      series.label() + ": " + Comparison.ofMiou(series, random).answer().text()));
    }
    return parts.isEmpty() ? "" : "Better than random? " + String.join(" · ", parts);
  }
}
