package dev.assay.cli.select;

import dev.assay.rl.Greedy;
import dev.assay.select.Explanation;
import dev.assay.select.Pick;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.UnsafeApi;

/** Where a policy's picks stand among everything that was offered. */
final class ValueExplanation {
  private ValueExplanation() {}

  /**
   * Explains.
   *
   * @param values address of fp32 [offered]
   * @param offered rows of the candidates, pool by pool
   * @param picks by their number in {@code offered}
   */
  static Explanation of(long values, int[] offered, List<Pick> picks) {
    Set<Integer> picked = new HashSet<>();
    picks.forEach(pick -> picked.add(pick.candidate()));
    int next = -1;
    for (int i = 0; i < offered.length; i++) {
      if (!picked.contains(i) && (next < 0 || value(values, i) > value(values, next))) {
        next = i;
      }
    }
    return new Explanation(
        picks.stream().map(pick -> reason(values, offered.length, pick.score())).toList(),
        next < 0
            ? null
            : new Pick(
                offered[next],
                value(values, next),
                Map.of(Greedy.VALUE, (double) value(values, next))));
  }

  private static Explanation.Reason reason(long values, int count, double score) {
    int smaller = 0;
    for (int i = 0; i < count; i++) {
      smaller += value(values, i) < score ? 1 : 0;
    }
    return new Explanation.Reason(100.0 * smaller / count, Map.of(), 0, 0);
  }

  private static float value(long values, int i) {
    return UnsafeApi.getFloat(values + (long) i * Float.BYTES);
  }
}
