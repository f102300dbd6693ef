package dev.assay.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the result cost, on what it was made, and how to make it again. */
final class CostSection {
  private CostSection() {}

  static String render(Study study) {
    StringBuilder out = new StringBuilder("<section id=\"cost\"><h2>What it cost</h2>\n");
    out.append(CostTable.render(study));
    for (Run run : study.runs()) {
      reproduce(run, study.runs().size() > 1, out);
    }
    List<String> limits = limits(study);
    if (!limits.isEmpty()) {
      out.append("<h3>What this does not show</h3>\n<ul>\n");
      limits.forEach(limit -> out.append("<li>").append(Text.escape(limit)).append("</li>\n"));
      out.append("</ul>\n");
    }
    return out.append("</section>\n").toString();
  }

  private static void reproduce(Run run, boolean named, StringBuilder out) {
    String suffix = named ? ": " + Text.escape(run.name()) : "";
    out.append("<h3>Make it again").append(suffix).append("</h3>\n");
    String command = command(run.environment());
    if (!command.isEmpty()) {
      out.append(
          "<p>The run was started with</p><pre class=\"command\">%s</pre><p>and the same numbers come from its resolved configuration, whatever the defaults are by then:</p>\n"
              .formatted(Text.escape(command)));
    }
    out.append(
        "<pre class=\"command\">java/assay run %s</pre>\n"
            .formatted(
                Text.escape(quote(run.directory().resolve("config.resolved.yaml").toString()))));
    Map<String, String> facts = new TreeMap<>();
    flatten("", run.environment(), facts);
    facts.remove("command");
    facts.remove("not_exercised");
    if (!facts.isEmpty()) {
      out.append(
          "<details><summary>Machine and versions</summary><div class=\"scroll\"><table"
              + " class=\"facts\"><tbody>\n");
      facts.forEach(
          (key, value) ->
              out.append(
                  "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n"
                      .formatted(Text.escape(key), Text.escape(value))));
      out.append("</tbody></table></div></details>\n");
    }
    if (!run.config().isEmpty()) {
      out.append(
          "<details><summary>Resolved configuration</summary><pre>%s</pre></details>\n"
              .formatted(Text.escape(run.config())));
    }
  }

  private static String command(JsonNode environment) {
    JsonNode command = environment.path("command");
    if (!command.isArray()) {
      return command.asText("");
    }
    List<String> words = new ArrayList<>();
    command.forEach(word -> words.add(quote(word.asText())));
    return String.join(" ", words);
  }

  /** Quotes a word for a POSIX shell when it needs it. */
  static String quote(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> facts) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              entry ->
                  flatten(
                      prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey(),
                      entry.getValue(),
                      facts));
    } else if (node.isArray()) {
      List<String> items = new ArrayList<>();
      node.forEach(item -> items.add(item.isValueNode() ? item.asText() : item.toString()));
      facts.put(prefix, String.join(", ", items));
    } else if (!node.isMissingNode() && !node.isNull()) {
      facts.put(prefix, node.asText());
    }
  }

  /** What a reader might take for granted and this run did not touch. */
  private static List<String> limits(Study study) {
    List<String> limits = new ArrayList<>();
    for (Run run : study.runs()) {
      for (JsonNode part : run.environment().path("not_exercised")) {
        limits.add("Not exercised: " + part.asText());
      }
      if (run.meta().path("dataset").path("source").asText("").equals("synthetic")) {
        limits.add(
            "The data are generated street scenes: what holds on them need not hold on"
                + " photographs.");
      }
    }
    int seeds = study.series().stream().mapToInt(s -> s.seeds().size()).max().orElse(0);
    if (seeds > 0 && seeds < 3) {
      limits.add(
          "%d seed%s: too few to tell a strategy from luck; three to five is the usual least."
              .formatted(seeds, seeds == 1 ? "" : "s"));
    }
    return limits.stream().distinct().toList();
  }
}
