package dev.assay.select;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A strategy that takes the regions with the largest score, each scored by itself. */
abstract class ScoredStrategy implements Strategy {
  /** The score of candidate {@code i}; larger is picked first. */
  abstract double score(Candidates candidates, int i, RandomKeys keys);

  /** What the score was made from. */
  abstract Map<String, Double> parts(Candidates candidates, int i);

  @Override
  public final List<Pick> pick(
      Candidates candidates, int[] subset, int count, RandomKeys keys, int stream) {
    TopK best = new TopK(candidates, Math.min(count, subset.length));
    for (int i : subset) {
      best.offer(i, score(candidates, i, keys), name() + " score");
    }
    List<Pick> picks = new ArrayList<>(best.size());
    while (best.size() > 0) {
      double score = best.worstScore();
      int i = best.pollWorst();
      picks.add(new Pick(i, score, parts(candidates, i)));
    }
    Collections.reverse(picks);
    return picks;
  }
}
