package dev.assay.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** How the policy was learned: returns, losses, exploration and the step's cost by episode. */
final class PolicySection {
  /** Episodes over which the trailing mean of the return runs. */
  private static final int WINDOW = 10;

  private PolicySection() {}

  static String render(Study study) {
    StringBuilder out = new StringBuilder();
    for (Run run : study.runs()) {
      if (!run.episodes().isEmpty()) {
        render(run, study.runs().size() > 1, study.runs().indexOf(run), out);
      }
    }
    return out.toString();
  }

  private static void render(Run run, boolean named, int number, StringBuilder out) {
    List<Run.Episode> episodes = run.episodes();
    String id = "policy-" + number;
    String suffix = named ? ": " + Text.escape(run.name()) : "";
    out.append("<section id=\"%s\"><h2>How the policy was learned%s</h2>\n".formatted(id, suffix));
    double[] returns = values(episodes, Run.Episode::gain);
    out.append(
        "<p>%d episodes of %d steps on the policy-training set. %s</p>\n"
            .formatted(episodes.size(), episodes.get(0).steps(), Text.escape(trend(returns))));
    out.append("<div class=\"cards\">\n");
    chart(out, id + "-return", "Return", ", points of the reward", returns, trailing(returns));
    double[] losses = values(episodes, Run.Episode::loss);
    chart(out, id + "-loss", "Mean loss of Q", "", losses, new double[0]);
    double[] epsilon = values(episodes, Run.Episode::epsilon);
    chart(out, id + "-epsilon", "Epsilon at the last step", "", epsilon, new double[0]);
    out.append("</div>\n");
    out.append(
        "<p class=\"hint\">Return: the reward metric on D_R after the last step less that before"
            + " the first, in points of percent; the coloured line is the mean of the last "
            + WINDOW
            + " episodes. A loss that falls says that Q is consistent with itself, not that its"
            + " picks are good.</p>\n");
    out.append(breakdown(episodes)).append("</section>\n");
  }

  private static void chart(
      StringBuilder out, String id, String title, String unit, double[] values, double[] smooth) {
    if (Arrays.stream(values).allMatch(Double::isNaN)) {
      return;
    }
    out.append("<figure class=\"card\"><h3>")
        .append(Text.escape(title))
        .append("</h3>\n")
        .append(TrendChart.render(id, title, unit, values, smooth))
        .append("</figure>\n");
  }

  private static double[] values(List<Run.Episode> episodes, ToDoubleFunction<Run.Episode> of) {
    return episodes.stream().mapToDouble(of).toArray();
  }

  private static double[] trailing(double[] values) {
    double[] means = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      means[i] = Statistics.mean(Arrays.copyOfRange(values, Math.max(0, i + 1 - WINDOW), i + 1));
    }
    return values.length > WINDOW ? means : new double[0];
  }

  /** First third against last third, in words that claim no more than that. */
  private static String trend(double[] returns) {
    int third = returns.length / 3;
    if (third == 0) {
      return "Too few episodes to speak of a trend.";
    }
    double[] first = Arrays.copyOf(returns, third);
    double[] last = Arrays.copyOfRange(returns, returns.length - third, returns.length);
    return "Mean return of the first %d episodes %s, of the last %d %s."
        .formatted(
            third,
            Text.signed(Statistics.mean(first), 2),
            third,
            Text.signed(Statistics.mean(last), 2));
  }

  /** Where an episode's time goes. */
  private static String breakdown(List<Run.Episode> episodes) {
    double[] means =
        Stream.<ToDoubleFunction<Run.Episode>>of(
                Run.Episode::forwardSeconds,
                Run.Episode::chooseSeconds,
                Run.Episode::trainSeconds,
                Run.Episode::rewardSeconds,
                Run.Episode::updateSeconds)
            .mapToDouble(part -> Statistics.mean(values(episodes, part)))
            .toArray();
    String[] names = {
      "forward passes for state and candidates",
      "choosing: state and action features, Q values, picks",
      "training the segmenter on the new regions",
      "reward: forward passes over D_R",
      "updates of the query network"
    };
    double sum = Arrays.stream(means).sum();
    if (!(sum > 0)) {
      return "";
    }
    StringBuilder out =
        new StringBuilder(
            "<h3>Where an episode’s time goes</h3><div class=\"scroll\"><table><thead><tr><th"
                + " scope=\"col\">part</th><th class=\"n\" scope=\"col\">seconds</th><th"
                + " class=\"n\" scope=\"col\">share</th></tr></thead><tbody>\n");
    for (int i = 0; i < means.length; i++) {
      out.append(
          "<tr><th scope=\"row\">%s</th><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n"
              .formatted(names[i], Text.fixed(means[i], 2), Text.percent(means[i] / sum)));
    }
    return out.append(
            "</tbody></table></div>\n<p class=\"hint\">Mean of an episode. Choosing takes %s of it, and %s of the time of the forward passes that it needs. Each part of each step is also an event <code>dev.assay.StepPart</code> of the Java Flight Recorder.</p>\n"
                .formatted(Text.percent(means[1] / sum), Text.percent(means[1] / means[0])))
        .toString();
  }
}
