package dev.assay.select;

import java.util.List;

/** Ranks of a subset's members by score, 1 for the best; ties by image, then place. */
final class Ranks {
  private final int[] ranks;

  /** Members without a score (NaN) keep rank 0. */
  Ranks(Candidates candidates, Scores scores, int[] subset) {
    TopK all = new TopK(subset.length);
    for (int i : subset) {
      double score = scores.score(i);
      if (!Double.isNaN(score)) {
        all.offer(score, candidates.image(i), candidates.place(i), i);
      }
    }
    ranks = new int[candidates.size()];
    List<TopK.Entry> order = all.drain();
    for (int r = 0; r < order.size(); r++) {
      ranks[(int) order.get(r).id()] = r + 1;
    }
  }

  int of(int i) {
    return ranks[i];
  }
}
