package dev.assay.experiment;

import dev.assay.data.ImagePack;
import dev.assay.select.RandomKeys;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Draws RALIS's subsets of the training images where no published lists are given: images that are
 * labelled from the start are drawn uniformly; the state set is the draw, of many, whose class
 * shares are closest to those of the rest (paper, section 3.1, footnote 2: the state set needs a
 * class distribution similar to that of the train set).
 */
final class SplitSampler {
  private final ImagePack pack;
  private final int classes;
  private final RandomKeys keys;

  SplitSampler(ImagePack pack, int classes, long seed) {
    this.pack = pack;
    this.classes = classes;
    this.keys = new RandomKeys(seed, 0);
  }

  /** Disjoint subsets of these sizes; all remaining images are D_V. */
  Roles draw(int state, int training, int reward) {
    int[] order =
        IntStream.range(0, pack.size())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(
                        i -> keys.uniform(RandomKeys.Purpose.POOL, 0, i))
                    .thenComparing(i -> i))
            .mapToInt(i -> i)
            .toArray();
    int labelled = state + training;
    int[] owned = Arrays.copyOf(order, labelled);
    ClassShares shares = new ClassShares(pack, owned, classes);
    int[] states = shares.closest(state, shares.ofAll(), keys);
    int[] rest = Arrays.stream(owned).filter(i -> Arrays.binarySearch(states, i) < 0).toArray();
    return new Roles(
        sorted(Arrays.copyOfRange(order, labelled + reward, order.length)),
        sorted(rest),
        states,
        sorted(Arrays.copyOfRange(order, labelled, labelled + reward)));
  }

  private static int[] sorted(int[] values) {
    int[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }
}
