package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Set;

/** The largest mean of one minus the probability of the most probable class. */
final class LeastConfidenceStrategy extends ScoredStrategy {
  @Override
  public String name() {
    return "least_confidence";
  }

  @Override
  public Set<String> columns() {
    return Set.of(Signal.LEAST_CONFIDENCE_MEAN.key());
  }

  @Override
  Scores scores(Round round, int[] subset) {
    return ColumnScores.largest(round, Signal.LEAST_CONFIDENCE_MEAN.key());
  }
}
