package dev.assay.select;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The regions that a diversity strategy works on, by position: the candidates it may pick, sorted
 * by image and place so that the lower position wins ties and sums have one order, then the
 * labelled ones.
 *
 * @param rows candidate numbers by position
 * @param size how many of them may be picked
 */
record Pool(int[] rows, int size) {
  static Pool of(Round round, int[] subset) {
    int[] open = sorted(round.candidates(), subset);
    int[] labelled = sorted(round.candidates(), round.labelled());
    int[] rows = Arrays.copyOf(open, open.length + labelled.length);
    System.arraycopy(labelled, 0, rows, open.length, labelled.length);
    return new Pool(rows, open.length);
  }

  private static int[] sorted(Candidates candidates, int[] subset) {
    boolean inOrder =
        IntStream.range(1, subset.length)
            .allMatch(s -> candidates.before(subset[s - 1], subset[s]));
    return inOrder
        ? subset
        : Arrays.stream(subset)
            .boxed()
            .sorted((a, b) -> candidates.before(a, b) ? -1 : candidates.before(b, a) ? 1 : 0)
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** Number of labelled regions. */
  int labelled() {
    return rows.length - size;
  }
}
