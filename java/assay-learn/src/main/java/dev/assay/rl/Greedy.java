package dev.assay.rl;

import dev.assay.select.Pick;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;

/** The actions of largest value. */
public final class Greedy {
  /** Name of a candidate's value. */
  public static final String VALUE = "q";

  private Greedy() {}

  /**
   * Index of the largest of {@code count} fp32 values at {@code address}, the lowest among equals.
   *
   * @throws ArithmeticException if a value is NaN: a network that diverged must not choose
   */
  public static int argmax(long address, int count) {
    int best = 0;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      float value = UnsafeApi.getFloat(address + (long) i * Float.BYTES);
      if (Float.isNaN(value)) {
        throw new ArithmeticException("Q of candidate " + i + " is NaN");
      }
      if (value > largest) {
        largest = value;
        best = i;
      }
    }
    return best;
  }

  /**
   * The best candidate of each pool as a pick: its number among all pools' candidates, its value
   * {@code q}, and the mean value of its pool.
   *
   * @param q fp32 [pools, candidates]
   */
  public static List<Pick> picks(long q, int pools, int candidates) {
    List<Pick> picks = new ArrayList<>();
    for (int pool = 0; pool < pools; pool++) {
      long from = q + (long) pool * candidates * Float.BYTES;
      int best = argmax(from, candidates);
      double mean = 0;
      for (int i = 0; i < candidates; i++) {
        mean += (double) UnsafeApi.getFloat(from + (long) i * Float.BYTES) / candidates;
      }
      double value = UnsafeApi.getFloat(from + (long) best * Float.BYTES);
      picks.add(
          new Pick(pool * candidates + best, value, Map.of(VALUE, value, "pool_mean_q", mean)));
    }
    return picks;
  }

  /** Writes the best candidate of each pool, given Q [pools, candidates]. */
  public static void choose(long q, int pools, int candidates, int[] actions) {
    for (int pool = 0; pool < pools; pool++) {
      actions[pool] = argmax(q + (long) pool * candidates * Float.BYTES, candidates);
    }
  }
}
