package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Map;
import java.util.Set;

/** The smallest mean margin between the two most probable classes; the score is minus that mean. */
final class MarginStrategy extends ScoredStrategy {
  @Override
  public String name() {
    return "margin";
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.MARGIN_MEAN);
  }

  @Override
  double score(Candidates candidates, int i, RandomKeys keys) {
    return -candidates.values(Signal.MARGIN_MEAN)[i];
  }

  @Override
  Map<String, Double> parts(Candidates candidates, int i) {
    return Map.of(Signal.MARGIN_MEAN.key(), (double) candidates.values(Signal.MARGIN_MEAN)[i]);
  }
}
