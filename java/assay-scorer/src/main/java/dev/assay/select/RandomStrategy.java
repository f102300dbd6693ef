package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Map;
import java.util.Set;

/** Uniform without replacement: every region draws a key, the largest keys win. */
final class RandomStrategy extends ScoredStrategy {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public Set<Signal> signals() {
    return Set.of();
  }

  @Override
  double score(Candidates candidates, int i, RandomKeys keys) {
    return keys.uniform(RandomKeys.Purpose.SCORE, candidates.image(i), candidates.region(i));
  }

  @Override
  Map<String, Double> parts(Candidates candidates, int i) {
    return Map.of();
  }
}
