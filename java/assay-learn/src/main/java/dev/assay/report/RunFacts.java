package dev.assay.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sizes in {@code run.json} as short phrases for the head of the page. */
final class RunFacts {
  private RunFacts() {}

  static List<String> of(Run run) {
    List<String> facts = new ArrayList<>();
    JsonNode meta = run.meta();
    size(meta.path("image")).ifPresent(size -> facts.add("images " + size));
    size(meta.path("region")).ifPresent(size -> facts.add("regions " + size));
    JsonNode candidates = meta.path("candidates");
    if (candidates.path("regions").isNumber() && candidates.path("images").isNumber()) {
      facts.add(
          "%s candidates in %s images"
              .formatted(
                  Text.count(candidates.path("regions").asDouble()),
                  Text.count(candidates.path("images").asDouble())));
    }
    if (meta.path("budget_regions").isNumber()) {
      facts.add("budget " + Text.count(meta.path("budget_regions").asDouble()) + " regions");
    }
    return facts;
  }

  private static Optional<String> size(JsonNode node) {
    return node.path("width").isNumber()
        ? Optional.of(node.path("width").asInt() + "×" + node.path("height").asInt())
        : Optional.empty();
  }
}
