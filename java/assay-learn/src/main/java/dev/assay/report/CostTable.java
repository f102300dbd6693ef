package dev.assay.report;

import java.util.List;
import java.util.NavigableMap;
import java.util.function.ToDoubleFunction;

/** What each strategy's labels and seconds came to, and what learning a policy took. */
final class CostTable {
  /** Seconds by kind of work. */
  private record Cost(double train, double finals, double score, double eval) {
    double known() {
      return train + score + eval + (Double.isNaN(finals) ? 0 : finals);
    }
  }

  private final Study study;
  private final StringBuilder out = new StringBuilder();

  private CostTable(Study study) {
    this.study = study;
  }

  static String render(Study study) {
    return new CostTable(study).render();
  }

  private String render() {
    out.append("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">strategy</th>");
    for (String column :
        List.of(
            "labelled regions",
            "labelled pixels",
            "training",
            "final training",
            "scoring",
            "evaluation",
            "sum",
            "scoring’s share")) {
      out.append("<th class=\"n\" scope=\"col\">").append(column).append("</th>");
    }
    out.append("</tr></thead><tbody>\n");
    study.series().forEach(this::row);
    study.runs().forEach(this::policyRow);
    return out.append(
            """
            </tbody></table></div>
            <p class="hint">Mean per seed; round 0, trained once for all strategies, is counted in every row. A policy is learned once: its episodes are a row of their own. “–” or a sum after “&gt;”: a part was not timed. Labels are what a person would draw; times are of this machine, with whatever else it was doing.</p>
            """)
        .toString();
  }

  private void row(Series series) {
    double regions = last(series, Run.Row::labelledRegions);
    double pixels = last(series, Run.Row::labelledPixels);
    out.append("<tr>").append(Look.rowHead(study, series));
    cells(regions, pixels, series.seeds().isEmpty() ? null : cost(series));
  }

  /** Mean over the seeds of a value of their last evaluation. */
  private static double last(Series series, ToDoubleFunction<Run.Row> value) {
    return series.seeds().values().stream()
        .map(NavigableMap::lastEntry)
        .mapToDouble(entry -> value.applyAsDouble(entry.getValue()))
        .average()
        .orElse(Double.NaN);
  }

  /** From every finished round; a run that kept none of them has its evaluations only. */
  private static Cost cost(Series series) {
    List<Run.Round> all = series.run().rounds();
    if (all.isEmpty()) {
      return new Cost(
          perSeed(series, Run.Row::trainSeconds),
          0,
          perSeed(series, Run.Row::scoreSeconds),
          perSeed(series, Run.Row::evalSeconds));
    }
    List<Run.Round> own =
        all.stream().filter(round -> round.strategy().equals(series.strategy())).toList();
    List<Run.Round> initial =
        all.stream()
            .filter(round -> Series.roleOf(round.strategy()) == Series.Role.INITIAL)
            .toList();
    return new Cost(
        perSeed(own, initial, Run.Round::trainSeconds),
        perSeed(own, initial, Run.Round::finalSeconds),
        perSeed(own, initial, Run.Round::scoreSeconds),
        perSeed(own, initial, Run.Round::evalSeconds));
  }

  private static double perSeed(Series series, ToDoubleFunction<Run.Row> seconds) {
    double sum =
        series.seeds().values().stream()
            .flatMap(points -> points.values().stream())
            .mapToDouble(seconds)
            .filter(value -> !Double.isNaN(value))
            .sum();
    return sum / series.seeds().size();
  }

  private static double perSeed(
      List<Run.Round> own, List<Run.Round> initial, ToDoubleFunction<Run.Round> seconds) {
    return sumPerSeed(own, seconds) + sumPerSeed(initial, seconds);
  }

  private static double sumPerSeed(List<Run.Round> rounds, ToDoubleFunction<Run.Round> seconds) {
    long seeds = rounds.stream().map(Run.Round::seed).distinct().count();
    return seeds == 0 ? 0 : rounds.stream().mapToDouble(seconds).sum() / seeds;
  }

  private void policyRow(Run run) {
    if (run.episodes().isEmpty()) {
      return;
    }
    String name = study.runs().size() > 1 ? "policy of " + run.name() : "learning the policy";
    out.append("<tr><th scope=\"row\">").append(Text.escape(name)).append("</th>");
    cells(
        Double.NaN,
        Double.NaN,
        new Cost(
            total(run, e -> e.trainSeconds() + e.updateSeconds()),
            0,
            total(run, e -> e.forwardSeconds() + e.chooseSeconds()),
            total(run, Run.Episode::rewardSeconds)));
  }

  private static double total(Run run, ToDoubleFunction<Run.Episode> seconds) {
    return run.episodes().stream().mapToDouble(seconds).sum();
  }

  /**
   * The rest of a row.
   *
   * @param cost null: none is known
   */
  private void cells(double regions, double pixels, Cost cost) {
    cell(Text.count(regions));
    cell(Text.count(pixels));
    cell(cost == null ? Text.NONE : Text.duration(cost.train()));
    cell(cost == null ? Text.NONE : Text.duration(cost.finals()));
    cell(cost == null ? Text.NONE : Text.duration(cost.score()));
    cell(cost == null ? Text.NONE : Text.duration(cost.eval()));
    boolean whole = cost != null && !Double.isNaN(cost.finals());
    cell(cost == null ? Text.NONE : (whole ? "" : "&gt; ") + Text.duration(cost.known()));
    cell(whole && cost.known() > 0 ? Text.percent(cost.score() / cost.known()) : Text.NONE);
    out.append("</tr>\n");
  }

  private void cell(String text) {
    out.append("<td class=\"n\">").append(text).append("</td>");
  }
}
