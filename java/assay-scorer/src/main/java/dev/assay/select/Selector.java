package dev.assay.select;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The two ways to spend a round's budget. Stateless and thread-safe. */
public final class Selector {
  private Selector() {}

  /**
   * The best {@code count} of all candidates, best first.
   *
   * @throws IllegalArgumentException if {@code count} is negative, a signal is missing or a score
   *     is NaN
   */
  public static List<Pick> topK(
      Strategy strategy, Candidates candidates, int count, RandomKeys keys) {
    requireAtLeast("count", count, 0);
    return strategy.pick(candidates, candidates.all(), count, keys, 0);
  }

  /**
   * One pick from each of {@code pools} disjoint pools of {@code poolSize} regions, which are
   * sampled uniformly without replacement (RALIS, section 3.2). With fewer than {@code pools x
   * poolSize} candidates the pools shrink evenly; with fewer than {@code pools} each candidate is a
   * pool of its own.
   */
  public static List<Pick> poolArgmax(
      Strategy strategy, Candidates candidates, int pools, int poolSize, RandomKeys keys) {
    List<Pick> picks = new ArrayList<>();
    int stream = 0;
    for (int[] pool : pools(candidates, pools, poolSize, keys)) {
      picks.addAll(strategy.pick(candidates, pool, 1, keys, stream++));
    }
    return picks;
  }

  /** The pools of {@link #poolArgmax}, as candidate numbers. */
  static List<int[]> pools(Candidates candidates, int pools, int poolSize, RandomKeys keys) {
    requireAtLeast("pools", pools, 1);
    requireAtLeast("poolSize", poolSize, 1);
    int count = Math.min(pools, candidates.size());
    int size = count == 0 ? 0 : Math.min(poolSize, candidates.size() / count);
    int[] drawn = sample(candidates, count * size, keys, RandomKeys.Purpose.POOL);
    List<int[]> result = new ArrayList<>(count);
    for (int k = 0; k < count; k++) {
      result.add(Arrays.copyOfRange(drawn, k * size, (k + 1) * size));
    }
    return result;
  }

  /** {@code count} candidates uniformly without replacement, in the order drawn. */
  public static int[] sample(
      Candidates candidates, int count, RandomKeys keys, RandomKeys.Purpose purpose) {
    TopK best = new TopK(candidates, Math.min(count, candidates.size()));
    for (int i = 0; i < candidates.size(); i++) {
      best.offer(i, keys.uniform(purpose, candidates.image(i), candidates.region(i)), "key");
    }
    int[] drawn = new int[best.size()];
    for (int k = drawn.length - 1; k >= 0; k--) {
      drawn[k] = best.pollWorst();
    }
    return drawn;
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + "=" + value + " must be >= " + least);
    }
  }
}
