package dev.assay.nn.backend.cudnn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plans of fused graphs, each made when its pattern first occurs and kept, so that equal layers
 * share one and give the same bits. Where the library cannot do a pattern as one, the reason is
 * kept in the plan's place. Owner of plans and graphs.
 */
final class FusedPlans implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FusedPlans.class);

  /** Reasons in a report; others are likely to say the same of other shapes. */
  private static final int MOST_TOLD = 2;

  /**
   * @param plan null where there is none
   * @param reason null where there is a plan
   */
  private record Outcome(FusedGraph graph, ExecutionPlan plan, String reason) {}

  private final CudnnContext cudnn;
  private final Map<FusedPattern, Outcome> outcomes = new LinkedHashMap<>();

  FusedPlans(CudnnContext cudnn) {
    this.cudnn = cudnn;
  }

  /** The pattern's plan, if the library has one. */
  Optional<ExecutionPlan> find(FusedPattern pattern) {
    return Optional.ofNullable(outcomes.computeIfAbsent(pattern, this::make).plan());
  }

  private Outcome make(FusedPattern pattern) {
    FusedGraph graph = new FusedGraph(pattern.kind());
    try {
      pattern.describe(graph);
      return new Outcome(graph, PlanSearch.best(cudnn, graph, pattern.type()), null);
    } catch (RuntimeException e) {
      graph.close();
      String reason = Status.refusal(e);
      LOG.info("{} {} is done step by step: {}", pattern.kind(), pattern.type(), reason);
      return new Outcome(null, null, reason);
    }
  }

  /** How each kind of pattern that occurred is computed. */
  Map<String, String> report() {
    Map<String, List<Outcome>> byKind = new LinkedHashMap<>();
    outcomes.forEach(
        (pattern, outcome) ->
            byKind
                .computeIfAbsent(pattern.kind() + " " + pattern.type(), kind -> new ArrayList<>())
                .add(outcome));
    Map<String, String> lines = new LinkedHashMap<>();
    byKind.forEach((kind, all) -> lines.put(kind, summary(all)));
    return lines;
  }

  private static String summary(List<Outcome> all) {
    List<Outcome> fused = all.stream().filter(o -> o.plan() != null).toList();
    String inOne =
        fused.isEmpty()
            ? ""
            : "one graph in "
                + fused.size()
                + " of "
                + all.size()
                + " shapes, engines "
                + fused.stream().map(o -> o.plan().engine()).distinct().sorted().toList();
    if (fused.size() == all.size()) {
      return inOne;
    }
    List<String> reasons =
        all.stream()
            .map(Outcome::reason)
            .filter(r -> r != null)
            .distinct()
            .limit(MOST_TOLD)
            .toList();
    return (inOne.isEmpty() ? "" : inOne + "; else ")
        + "step by step: "
        + String.join("; ", reasons);
  }

  @Override
  public void close() {
    for (Outcome outcome : outcomes.values()) {
      if (outcome.plan() != null) {
        outcome.plan().close();
        outcome.graph().close();
      }
    }
    outcomes.clear();
  }
}
