package dev.assay.rl;

import org.agrona.UnsafeApi;

/** The actions of largest value. */
public final class Greedy {
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

  /** Writes the best candidate of each pool, given Q [pools, candidates]. */
  public static void choose(long q, int pools, int candidates, int[] actions) {
    for (int pool = 0; pool < pools; pool++) {
      actions[pool] = argmax(q + (long) pool * candidates * Float.BYTES, candidates);
    }
  }
}
