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
    return topK(strategy, new Round(candidates, keys), candidates.all(), count);
  }

  /** The best {@code count} of {@code subset}, best first. */
  public static List<Pick> topK(Strategy strategy, Round round, int[] subset, int count) {
    requireAtLeast("count", count, 0);
    return strategy.pick(round, subset, count, 0);
  }

  /**
   * One pick from each of {@code pools} disjoint pools of {@code poolSize} regions, which are
   * sampled uniformly without replacement (RALIS, section 3.2). With fewer than {@code pools x
   * poolSize} candidates the pools shrink evenly; with fewer than {@code pools} each candidate is a
   * pool of its own.
   */
  public static List<Pick> poolArgmax(
      Strategy strategy, Candidates candidates, int pools, int poolSize, RandomKeys keys) {
    Round round = new Round(candidates, keys);
    return poolArgmax(strategy, round, candidates.all(), pools, poolSize);
  }

  /** The same for the members of {@code subset}. */
  public static List<Pick> poolArgmax(
      Strategy strategy, Round round, int[] subset, int pools, int poolSize) {
    List<Pick> picks = new ArrayList<>();
    int stream = 0;
    for (int[] pool : pools(round.candidates(), subset, pools, poolSize, round.keys())) {
      picks.addAll(strategy.pick(round, pool, 1, stream++));
    }
    return picks;
  }

  /** The pools of {@link #poolArgmax}, as candidate numbers; all of one size. */
  public static List<int[]> pools(Candidates candidates, int pools, int poolSize, RandomKeys keys) {
    return pools(candidates, candidates.all(), pools, poolSize, keys);
  }

  static List<int[]> pools(
      Candidates candidates, int[] subset, int pools, int poolSize, RandomKeys keys) {
    requireAtLeast("pools", pools, 1);
    requireAtLeast("poolSize", poolSize, 1);
    int count = Math.min(pools, subset.length);
    int size = count == 0 ? 0 : Math.min(poolSize, subset.length / count);
    int[] drawn = sample(candidates, subset, count * size, keys, RandomKeys.Purpose.POOL);
    List<int[]> result = new ArrayList<>(count);
    for (int k = 0; k < count; k++) {
      result.add(Arrays.copyOfRange(drawn, k * size, (k + 1) * size));
    }
    return result;
  }

  /** {@code count} candidates uniformly without replacement, in the order drawn. */
  public static int[] sample(
      Candidates candidates, int count, RandomKeys keys, RandomKeys.Purpose purpose) {
    return sample(candidates, candidates.all(), count, keys, purpose);
  }

  /** {@code count} members of {@code subset} uniformly, in the order drawn. */
  static int[] sample(
      Candidates candidates, int[] subset, int count, RandomKeys keys, RandomKeys.Purpose purpose) {
    TopK best = new TopK(Math.min(count, subset.length));
    for (int i : subset) {
      int image = candidates.image(i);
      long place = candidates.place(i);
      best.offer(keys.uniform(purpose, image, place), image, place, i);
    }
    return best.drain().stream().mapToInt(entry -> (int) entry.id()).toArray();
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + "=" + value + " must be >= " + least);
    }
  }
}
