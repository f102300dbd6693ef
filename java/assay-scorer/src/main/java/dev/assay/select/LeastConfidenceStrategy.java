package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Map;
import java.util.Set;

/** The largest mean of one minus the probability of the most probable class. */
final class LeastConfidenceStrategy extends ScoredStrategy {
  @Override
  public String name() {
    return "least_confidence";
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.LEAST_CONFIDENCE_MEAN);
  }

  @Override
  double score(Candidates candidates, int i, RandomKeys keys) {
    return candidates.values(Signal.LEAST_CONFIDENCE_MEAN)[i];
  }

  @Override
  Map<String, Double> parts(Candidates candidates, int i) {
    return Map.of(
        Signal.LEAST_CONFIDENCE_MEAN.key(),
        (double) candidates.values(Signal.LEAST_CONFIDENCE_MEAN)[i]);
  }
}
