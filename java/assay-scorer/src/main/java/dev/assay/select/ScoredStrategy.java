package dev.assay.select;

import java.util.ArrayList;
import java.util.List;

/** A strategy that takes the regions with the largest score, each scored by itself. */
abstract class ScoredStrategy implements Strategy {
  /**
   * Gets ready to score members of {@code subset}.
   *
   * @throws IllegalArgumentException if a column is missing
   */
  abstract Scores scores(Round round, int[] subset);

  @Override
  public final List<Pick> pick(Round round, int[] subset, int count, int stream) {
    return best(round.candidates(), scores(round, subset), subset, count);
  }

  /** The best of {@code subset}, whose scores may have been prepared for a larger one. */
  final List<Pick> best(Candidates candidates, Scores scores, int[] subset, int count) {
    TopK best = new TopK(Math.min(count, subset.length));
    for (int i : subset) {
      double score = scores.score(i);
      if (Double.isNaN(score)) {
        throw new IllegalArgumentException(
            name() + " score of " + candidates.describe(i) + " is NaN; a score must be a number");
      }
      if (best.wants(score)) {
        best.offer(score, candidates.image(i), candidates.place(i), i);
      }
    }
    List<Pick> picks = new ArrayList<>(best.size());
    for (TopK.Entry entry : best.drain()) {
      int i = (int) entry.id();
      picks.add(new Pick(i, entry.score(), scores.named(i)));
    }
    return picks;
  }
}
