package dev.assay.select;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Why regions were picked, for strategies that score each region by itself: where each score and
 * each part of it stands among the candidates, and who came next. Of other strategies there is only
 * what their picks say themselves.
 *
 * @param picks one per pick, in order
 * @param runnerUp the best candidate that was not picked, or null if there is none or no score
 */
public record Explanation(List<Reason> picks, Pick runnerUp) {
  /**
   * Why one region was picked.
   *
   * @param scorePercentile percentage of the candidates with a smaller score
   * @param percentiles the same for each part of the score, by name
   * @param rankWithoutNoise 1 + the number of candidates whose score before the noise is larger; 0
   *     where there is no noise
   * @param noiseShare |noise| / (|noise| + |score before it, transformed|), 0 where there is none
   */
  public record Reason(
      double scorePercentile,
      Map<String, Double> percentiles,
      int rankWithoutNoise,
      double noiseShare) {}

  /** Whether picks of that strategy can be explained by scores. */
  public static boolean explains(Strategy strategy) {
    return scored(strategy) != null;
  }

  private static ScoredStrategy scored(Strategy strategy) {
    return strategy instanceof ScoredStrategy itself
        ? itself
        : strategy instanceof ModifierStrategy modifier ? modifier.inner() : null;
  }

  /**
   * Explains.
   *
   * @param subset what the picks were chosen from
   * @throws IllegalArgumentException if the strategy does not score each region by itself
   */
  public static Explanation of(Strategy strategy, Round round, int[] subset, List<Pick> picks) {
    ScoredStrategy scored = scored(strategy);
    if (scored == null) {
      throw new IllegalArgumentException(
          strategy.name() + " does not score each region by itself; no ranks can be given");
    }
    Scores scores = scored.scores(round, subset);
    int[] picked = picks.stream().mapToInt(Pick::candidate).toArray();
    Standing byScore = Standing.of(subset, picked, scores::score);
    Map<String, Standing> byPart = new LinkedHashMap<>();
    for (int p = 0; p < scores.parts().size(); p++) {
      int part = p;
      byPart.put(scores.parts().get(p), Standing.of(subset, picked, i -> scores.part(part, i)));
    }
    List<Reason> reasons =
        IntStream.range(0, picked.length)
            .mapToObj(k -> reason(k, picks.get(k), subset.length, byScore, byPart))
            .toList();
    return new Explanation(reasons, runnerUp(scored, round, scores, subset, picked));
  }

  private static Reason reason(
      int k, Pick pick, int size, Standing byScore, Map<String, Standing> byPart) {
    Map<String, Double> percentiles = new LinkedHashMap<>();
    byPart.forEach((part, standing) -> percentiles.put(part, percentile(standing, k, size)));
    double ofScore = percentile(byScore, k, size);
    Double noise = pick.parts().get(NoiseStrategy.NOISE);
    if (noise == null) {
      return new Reason(ofScore, percentiles, 0, 0);
    }
    int rank = byPart.get(NoiseStrategy.BASE).larger()[k] + 1;
    double share = Math.abs(noise) / (Math.abs(noise) + Math.abs(pick.score() - noise));
    return new Reason(ofScore, percentiles, rank, share);
  }

  private static double percentile(Standing standing, int k, int size) {
    return 100.0 * standing.smaller()[k] / size;
  }

  private static Pick runnerUp(
      ScoredStrategy scored, Round round, Scores scores, int[] subset, int[] picked) {
    Set<Integer> taken = new HashSet<>();
    Arrays.stream(picked).forEach(taken::add);
    int[] rest = Arrays.stream(subset).filter(i -> !taken.contains(i)).toArray();
    List<Pick> best = scored.best(round, scores, rest, 1);
    return best.isEmpty() ? null : best.get(0);
  }
}
