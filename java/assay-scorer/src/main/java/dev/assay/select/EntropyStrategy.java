package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Set;

/**
 * The largest mean entropy. RALIS's baseline H sums over the region; with equal sizes the order is
 * the same.
 */
final class EntropyStrategy extends ScoredStrategy {
  @Override
  public String name() {
    return "entropy";
  }

  @Override
  public Set<String> columns() {
    return Set.of(Signal.ENTROPY_MEAN.key());
  }

  @Override
  Scores scores(Round round, int[] subset) {
    return ColumnScores.largest(round, Signal.ENTROPY_MEAN.key());
  }
}
