package dev.assay.cli.select;

import dev.assay.select.Candidates;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The order of regions that does not depend on the order of a table's rows: image, then place. */
final class PlaceOrder {
  private PlaceOrder() {}

  /** All rows in order. */
  static int[] rows(Candidates candidates) {
    return IntStream.range(0, candidates.size())
        .boxed()
        .sorted(
            Comparator.<Integer>comparingInt(candidates::image)
                .thenComparingLong(candidates::place))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Some regions, named by their number within their image among all of them, as an experiment
   * names its regions: what random pools are drawn by.
   */
  static Candidates numbered(Candidates candidates, int[] subset) {
    int[] order = rows(candidates);
    int[] numbers = new int[order.length];
    for (int i = 1; i < order.length; i++) {
      boolean sameImage = candidates.image(order[i]) == candidates.image(order[i - 1]);
      numbers[order[i]] = sameImage ? numbers[order[i - 1]] + 1 : 0;
    }
    return new Candidates(
        IntStream.of(subset).map(candidates::image).toArray(),
        IntStream.of(subset).map(row -> numbers[row]).toArray(),
        candidates.classes());
  }
}
