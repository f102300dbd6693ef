package dev.assay.select;

import dev.assay.score.Column;
import dev.assay.score.Signal;
import java.util.Random;
import java.util.stream.IntStream;

/** Seeded candidates with every column that a strategy reads, shuffled or not. */
final class Worlds {
  static final int CLASSES = 4;
  static final int WIDTH = 6;
  static final int SIDE = 64;

  private Worlds() {}

  /**
   * {@code n} regions, ten to an image, in a row of the image each. The content of a region depends
   * on the seed and its name alone.
   *
   * @param shuffle 0 keeps the order of the names
   */
  static Candidates of(int n, long seed, long shuffle) {
    int[] order = IntStream.range(0, n).toArray();
    Random random = new Random(shuffle);
    for (int i = n - 1; i > 0 && shuffle != 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    int[] image = IntStream.range(0, n).map(i -> order[i] / 10).toArray();
    int[] x = IntStream.range(0, n).map(i -> order[i] % 10 * SIDE).toArray();
    Candidates candidates =
        Candidates.at(
            Column.of(Column.IMAGE, image, 1),
            Column.of(Column.X, x, 1),
            Column.of(Column.Y, new int[n], 1),
            new Candidates.RegionSize(SIDE, SIDE),
            CLASSES);
    floats(candidates, order, seed + 1, Signal.ENTROPY_MEAN.key(), 1);
    floats(candidates, order, seed + 2, Signal.MARGIN_MEAN.key(), 1);
    floats(candidates, order, seed + 3, Signal.LEAST_CONFIDENCE_MEAN.key(), 1);
    floats(candidates, order, seed + 4, "entropy_flipped_mean", 1);
    floats(candidates, order, seed + 5, "mutual_information_mean", 1);
    floats(candidates, order, seed + 6, "features", WIDTH);
    floats(candidates, order, seed + 7, Signal.PROBABILITY_MEAN.key(), CLASSES);
    floats(candidates, order, seed + 8, "context_mixture", CLASSES * CLASSES);
    histogram(candidates, order, seed + 9);
    return candidates;
  }

  private static void floats(
      Candidates candidates, int[] order, long seed, String name, int width) {
    float[] values = new float[order.length * width];
    for (int i = 0; i < order.length; i++) {
      Random random = new Random(seed * 1_000_003 + order[i]);
      for (int k = 0; k < width; k++) {
        // Coarse steps force ties.
        values[i * width + k] = (1 + random.nextInt(width == 1 ? 8 : 100)) / 100f;
      }
    }
    candidates.with(Column.of(name, values, width));
  }

  private static void histogram(Candidates candidates, int[] order, long seed) {
    int[] pixels = new int[order.length * CLASSES];
    float[] margins = new float[order.length * CLASSES];
    for (int i = 0; i < order.length; i++) {
      Random random = new Random(seed * 1_000_003 + order[i]);
      int left = SIDE * SIDE;
      for (int c = 0; c < CLASSES; c++) {
        int n = c == CLASSES - 1 ? left : random.nextInt(left + 1) / (random.nextInt(3) + 1);
        pixels[i * CLASSES + c] = n;
        margins[i * CLASSES + c] = n * random.nextFloat();
        left -= n;
      }
    }
    candidates.withClassHistogram(pixels);
    candidates.with(Column.of("margin_by_class", margins, CLASSES));
  }

  /** A region's name, which does not depend on the order of the candidates. */
  static String name(Candidates candidates, int i) {
    return candidates.image(i) + "/" + candidates.place(i);
  }

  /** The candidate of that name. */
  static int named(Candidates candidates, String name) {
    return IntStream.range(0, candidates.size())
        .filter(i -> name(candidates, i).equals(name))
        .findFirst()
        .orElseThrow();
  }
}
