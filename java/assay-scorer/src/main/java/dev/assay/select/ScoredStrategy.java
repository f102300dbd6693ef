package dev.assay.select;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A strategy that takes the regions with the largest score, each scored by itself. Many regions are
 * scored in as many slices as there are threads, on the common pool; the best of each are merged.
 */
abstract class ScoredStrategy implements Strategy {
  private static final int PARALLEL_FROM = 1 << 16;

  /**
   * Gets ready to score members of {@code subset}, from several threads.
   *
   * @throws IllegalArgumentException if a column is missing
   */
  abstract Scores scores(Round round, int[] subset);

  @Override
  public final List<Pick> pick(Round round, int[] subset, int count, int stream) {
    return best(round, scores(round, subset), subset, count);
  }

  /** The best of {@code subset}, whose scores may have been prepared for a larger one. */
  final List<Pick> best(Round round, Scores scores, int[] subset, int count) {
    int kept = Math.min(count, subset.length);
    TopK best = new TopK(kept);
    if (subset.length < PARALLEL_FROM) {
      offer(round.candidates(), scores, subset, 0, subset.length, best);
    } else {
      int slices = threads(round);
      IntStream.range(0, slices)
          .parallel()
          .mapToObj(
              slice -> {
                TopK of = new TopK(kept);
                int from = (int) ((long) subset.length * slice / slices);
                int to = (int) ((long) subset.length * (slice + 1) / slices);
                offer(round.candidates(), scores, subset, from, to, of);
                return of;
              })
          .forEachOrdered(best::merge);
    }
    List<Pick> picks = new ArrayList<>(best.size());
    for (TopK.Entry entry : best.drain()) {
      int i = (int) entry.id();
      picks.add(new Pick(i, entry.score(), scores.named(i)));
    }
    return picks;
  }

  private static int threads(Round round) {
    int threads = round.exec().threads();
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }

  private void offer(
      Candidates candidates, Scores scores, int[] subset, int from, int to, TopK best) {
    for (int s = from; s < to; s++) {
      int i = subset[s];
      double score = scores.score(i);
      if (Double.isNaN(score)) {
        throw new IllegalArgumentException(
            name() + " score of " + candidates.describe(i) + " is NaN; a score must be a number");
      }
      if (best.wants(score)) {
        best.offer(score, candidates.image(i), candidates.place(i), i);
      }
    }
  }
}
