package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.ImagePack;
import dev.assay.select.RandomKeys;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;

/**
 * Draws RALIS's subsets of the training images where no published lists are given: images that are
 * labelled from the start are drawn uniformly; the state set is the draw, of many, whose class
 * shares are closest to those of the rest (paper, section 3.1, footnote 2: the state set needs a
 * class distribution similar to that of the train set).
 */
final class SplitSampler {
  private static final int DRAWS = 1000;

  /** Keeps a class that a draw lacks from costing infinitely much. */
  private static final double SMALLEST_SHARE = 1e-6;

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
    int[] states = closest(owned, state);
    int[] rest = Arrays.stream(owned).filter(i -> Arrays.binarySearch(states, i) < 0).toArray();
    return new Roles(
        sorted(Arrays.copyOfRange(order, labelled + reward, order.length)),
        sorted(rest),
        states,
        sorted(Arrays.copyOfRange(order, labelled, labelled + reward)));
  }

  /** Of many draws of {@code count} images the one closest to all of {@code images}. */
  private int[] closest(int[] images, int count) {
    long[][] pixels = new long[images.length][];
    for (int i = 0; i < images.length; i++) {
      pixels[i] = classPixels(images[i]);
    }
    double[] target = shares(pixels, IntStream.range(0, images.length).toArray());
    int[] best = new int[0];
    double smallest = Double.POSITIVE_INFINITY;
    for (int draw = 1; draw <= DRAWS; draw++) {
      int[] chosen = choose(images.length, count, draw);
      double divergence = divergence(target, shares(pixels, chosen));
      if (divergence < smallest) {
        smallest = divergence;
        best = chosen;
      }
    }
    return sorted(Arrays.stream(best).map(i -> images[i]).toArray());
  }

  private int[] choose(int from, int count, int draw) {
    return IntStream.range(0, from)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> keys.uniform(RandomKeys.Purpose.POOL, draw, i))
                .thenComparing(i -> i))
        .limit(count)
        .mapToInt(i -> i)
        .toArray();
  }

  private long[] classPixels(int image) {
    long[] counts = new long[classes];
    DirectBuffer labels = pack.labels(image);
    for (int i = 0; i < labels.capacity(); i++) {
      int label = labels.getByte(i) & 0xff;
      if (label != ClassSet.IGNORE) {
        counts[label]++;
      }
    }
    return counts;
  }

  private double[] shares(long[][] pixels, int[] chosen) {
    double[] shares = new double[classes];
    double total = 0;
    for (int i : chosen) {
      for (int c = 0; c < classes; c++) {
        shares[c] += pixels[i][c];
        total += pixels[i][c];
      }
    }
    for (int c = 0; c < classes; c++) {
      shares[c] = total == 0 ? 0 : shares[c] / total;
    }
    return shares;
  }

  /** KL(target || shares). */
  private static double divergence(double[] target, double[] shares) {
    double sum = 0;
    for (int c = 0; c < target.length; c++) {
      if (target[c] > 0) {
        sum += target[c] * Math.log(target[c] / Math.max(shares[c], SMALLEST_SHARE));
      }
    }
    return sum;
  }

  private static int[] sorted(int[] values) {
    int[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }
}
