package dev.assay.model;

import dev.assay.select.Candidates;
import dev.assay.select.RandomKeys;
import dev.assay.select.Selector;
import java.util.stream.IntStream;

/**
 * Fits a state set to the number of regions that a policy was trained with, since its network has a
 * weight for every place in the state.
 */
public final class StateRows {
  private StateRows() {}

  /**
   * Rows of a state set, ascending. With as many as expected, all of them; with more, some, drawn
   * uniformly; with fewer, every row equally often but for some, drawn uniformly, that come once
   * more.
   *
   * @param found rows that there are, at least 1
   * @param expected rows that the policy takes
   * @param seed of the draw; the same seed draws the same rows in every round
   */
  public static int[] resample(int found, int expected, long seed) {
    Candidates rows = new Candidates(new int[found], IntStream.range(0, found).toArray(), 1);
    int[] drawn =
        Selector.sample(
            rows, expected % found, new RandomKeys(seed, 0), RandomKeys.Purpose.STATE_SET);
    IntStream whole = IntStream.range(0, expected - drawn.length).map(i -> i % found);
    return IntStream.concat(whole, IntStream.of(drawn)).sorted().toArray();
  }
}
