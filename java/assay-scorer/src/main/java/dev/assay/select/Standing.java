package dev.assay.select;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * How many members of a subset have a smaller, and how many a larger value than each pick: one pass
 * over the subset whatever the number of picks.
 *
 * @param smaller one count per pick
 * @param larger one count per pick
 */
record Standing(int[] smaller, int[] larger) {
  static Standing of(int[] subset, int[] picked, IntToDoubleFunction value) {
    double[] sorted = Arrays.stream(picked).mapToDouble(value).sorted().toArray();
    // For each member: the picks from index "above" on are larger than it, those up to "below"
    // smaller.
    int[] above = new int[sorted.length + 1];
    int[] below = new int[sorted.length + 1];
    for (int i : subset) {
      double v = value.applyAsDouble(i);
      above[first(sorted, v, true)]++;
      below[first(sorted, v, false)]++;
    }
    for (int k = 1; k < above.length; k++) {
      above[k] += above[k - 1];
      below[below.length - 1 - k] += below[below.length - k];
    }
    int[] smaller = new int[picked.length];
    int[] larger = new int[picked.length];
    for (int p = 0; p < picked.length; p++) {
      int k = first(sorted, value.applyAsDouble(picked[p]), false);
      smaller[p] = above[k];
      larger[p] = below[k + 1];
    }
    return new Standing(smaller, larger);
  }

  /**
   * The first index whose value is larger than {@code v}, or with {@code !strictly} not smaller.
   */
  private static int first(double[] sorted, double v, boolean strictly) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (strictly ? sorted[middle] > v : sorted[middle] >= v) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
