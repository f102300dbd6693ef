package dev.assay.cli.bench;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded inputs; the same on every machine. */
final class Synthetic {
  private Synthetic() {}

  /** "19x1024x2048" to {19, 1024, 2048}. */
  static int[] sides(String shape) {
    String[] parts = shape.split("x", -1);
    int[] sides = new int[parts.length];
    for (int i = 0; i < sides.length; i++) {
      sides[i] = Integer.parseInt(parts[i]);
    }
    return sides;
  }

  /**
   * Logits [..., c, h, w] of something like a street: every class owns blocks of the image, where
   * it wins by a clear margin, with noise on top.
   */
  static NdArray logits(String shape) {
    return logits("logits", shape, 1);
  }

  /** The same under another name, with other noise. */
  static NdArray logits(String name, String shape, long seed) {
    int[] sides = sides(shape);
    long[] longs = new long[sides.length];
    long images = 1;
    for (int i = 0; i < sides.length; i++) {
      longs[i] = sides[i];
      images *= i < sides.length - 3 ? sides[i] : 1;
    }
    int c = sides[sides.length - 3];
    int h = sides[sides.length - 2];
    int w = sides[sides.length - 1];
    NdArray logits = NdArray.allocate(name, ElementType.F4, longs);
    SplittableRandom random = new SplittableRandom(seed);
    long at = 0;
    for (long image = 0; image < images; image++) {
      for (int k = 0; k < c; k++) {
        for (int y = 0; y < h; y++) {
          for (int x = 0; x < w; x++) {
            boolean wins = (y * 4 / h * 4 + x * 4 / w) % c == k;
            logits.buffer().putFloat(at++, (float) (6 * random.nextDouble() + (wins ? 6 : 0)));
          }
        }
      }
    }
    return logits;
  }

  /** Logits of one image and the grid of whole regions in it. */
  static List<NdArray> logitsAndRegions(String shape, int regionW, int regionH) {
    int[] sides = sides(shape);
    List<Integer> corners = new ArrayList<>();
    for (int x = 0; x + regionW <= sides[2]; x += regionW) {
      for (int y = 0; y + regionH <= sides[1]; y += regionH) {
        corners.add(x);
        corners.add(y);
      }
    }
    int[] xy = corners.stream().mapToInt(Integer::intValue).toArray();
    return List.of(
        logits(shape),
        NdArray.ints("region_xy", xy, xy.length / 2, 2),
        NdArray.ints("region_wh", new int[] {regionW, regionH}, 2));
  }

  /** Two label maps that agree in nine pixels of ten; skewed: one class has most pixels. */
  static List<NdArray> labels(int pixels, int classes, boolean skewed) {
    NdArray truth = NdArray.allocate("truth", ElementType.U1, pixels);
    NdArray prediction = NdArray.allocate("prediction", ElementType.U1, pixels);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < pixels; i++) {
      int label = skewed && random.nextInt(20) > 0 ? 0 : random.nextInt(classes);
      truth.buffer().putByte(i, (byte) label);
      int predicted = random.nextInt(10) > 0 ? label : random.nextInt(classes);
      prediction.buffer().putByte(i, (byte) predicted);
    }
    return List.of(truth, prediction);
  }

  /** Class mixtures of images in which four classes of five occur: named "mixture" + suffix. */
  static List<NdArray> mixtures(String suffix, long seed, int images, int classes) {
    NdArray mixture =
        NdArray.allocate("mixture" + suffix, ElementType.F4, images, classes, classes);
    NdArray present = NdArray.allocate("present" + suffix, ElementType.U1, images, classes);
    SplittableRandom random = new SplittableRandom(seed);
    double[] row = new double[classes];
    for (int i = 0; i < images * classes; i++) {
      boolean occurs = random.nextInt(5) > 0;
      present.buffer().putByte(i, (byte) (occurs ? 1 : 0));
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        row[k] = Math.exp(3 * random.nextDouble() + (k == i % classes ? 5 : 0));
        sum += row[k];
      }
      for (int k = 0; k < classes && occurs; k++) {
        mixture.buffer().putFloat((long) i * classes + k, (float) (row[k] / sum));
      }
    }
    return List.of(mixture, present);
  }

  /** Feature vectors in loose clusters. */
  static NdArray features(int points, int dimensions) {
    NdArray features = NdArray.allocate("features", ElementType.F4, points, dimensions);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < points; i++) {
      int cluster = random.nextInt(points / 15);
      for (int d = 0; d < dimensions; d++) {
        double centre = Math.sin(cluster * 12.9898 + d * 78.233);
        features
            .buffer()
            .putFloat((long) i * dimensions + d, (float) (2 * centre + random.nextDouble()));
      }
    }
    return features;
  }

  /** {@code count} of {@code points}, evenly spread. */
  static NdArray labelled(int count, int points) {
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = i * (points / count);
    }
    return NdArray.ints("labelled", indices, count);
  }

  /** Class counts of small regions among a few thousand pixels: a third of the classes occur. */
  static NdArray classCounts(String name, long seed, int rows, int columns) {
    NdArray counts = NdArray.allocate(name, ElementType.F4, rows, columns);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < rows * columns; i++) {
      boolean occurs = i % columns == i / columns % columns || random.nextInt(3) == 0;
      counts.buffer().putFloat(i, occurs ? 1 + random.nextInt(7200) : 1e-7f);
    }
    return counts;
  }
}
