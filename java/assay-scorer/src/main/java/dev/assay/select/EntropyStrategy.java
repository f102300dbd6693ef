package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Map;
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
  public Set<Signal> signals() {
    return Set.of(Signal.ENTROPY_MEAN);
  }

  @Override
  double score(Candidates candidates, int i, RandomKeys keys) {
    return candidates.values(Signal.ENTROPY_MEAN)[i];
  }

  @Override
  Map<String, Double> parts(Candidates candidates, int i) {
    return Map.of(Signal.ENTROPY_MEAN.key(), (double) candidates.values(Signal.ENTROPY_MEAN)[i]);
  }
}
