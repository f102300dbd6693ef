package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.ImagePack;
import dev.assay.select.RandomKeys;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;

/**
 * Shares of the classes in the labelled pixels of some images, and draws of images whose shares are
 * close to wanted ones. Deterministic for a seed; immutable.
 */
final class ClassShares {
  private static final int DRAWS = 1000;

  /** Keeps a class that a draw lacks from costing infinitely much. */
  private static final double SMALLEST_SHARE = 1e-6;

  private final int[] images;
  private final long[][] pixels;
  private final int classes;

  /** Counts the labels of {@code images} of the pack. */
  ClassShares(ImagePack pack, int[] images, int classes) {
    this.images = images;
    this.classes = classes;
    this.pixels =
        Arrays.stream(images).mapToObj(image -> classPixels(pack, image)).toArray(long[][]::new);
  }

  /** The shares of all images together. */
  double[] ofAll() {
    return of(IntStream.range(0, images.length).toArray());
  }

  /** The same share for every class that the images have. */
  double[] balanced() {
    double[] all = ofAll();
    long present = Arrays.stream(all).filter(share -> share > 0).count();
    return Arrays.stream(all).map(share -> share > 0 ? 1.0 / present : 0).toArray();
  }

  /**
   * Of many draws of {@code count} images the one whose shares are closest to {@code wanted}:
   * smallest KL(wanted || shares).
   *
   * @return images of the pack, ascending
   */
  int[] closest(int count, double[] wanted, RandomKeys keys) {
    int[] best = new int[0];
    double smallest = Double.POSITIVE_INFINITY;
    for (int draw = 1; draw <= DRAWS; draw++) {
      int[] chosen = choose(count, draw, keys);
      double divergence = divergence(wanted, of(chosen));
      if (divergence < smallest) {
        smallest = divergence;
        best = chosen;
      }
    }
    return Arrays.stream(best).map(i -> images[i]).sorted().toArray();
  }

  private int[] choose(int count, int draw, RandomKeys keys) {
    return IntStream.range(0, images.length)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> keys.uniform(RandomKeys.Purpose.POOL, draw, i))
                .thenComparing(i -> i))
        .limit(count)
        .mapToInt(i -> i)
        .toArray();
  }

  private long[] classPixels(ImagePack pack, int image) {
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

  private double[] of(int[] chosen) {
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

  private static double divergence(double[] wanted, double[] shares) {
    double sum = 0;
    for (int c = 0; c < wanted.length; c++) {
      if (wanted[c] > 0) {
        sum += wanted[c] * Math.log(wanted[c] / Math.max(shares[c], SMALLEST_SHARE));
      }
    }
    return sum;
  }
}
