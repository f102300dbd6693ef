package dev.assay.select;

import dev.assay.memory.HostBuffer;
import java.util.stream.IntStream;

/**
 * Points that are context mixtures, [C, C]: row a is the mixture of the predictions of the pixels
 * predicted as class a, and zero where there are none. The distance is the contextual diversity:
 * over the classes present in both, the sum of 0.5 sum_k (p - q) ln(p / q), entries floored at
 * 1e-12.
 */
final class ContextPoints implements PointSet {
  static final String MIXTURE = "context_mixture";

  private static final double FLOOR = 1e-12;

  private final int classes;
  private final FeatureRows mixtures;
  private final FeatureRows logarithms;

  ContextPoints(Round round, Pool pool) {
    Candidates candidates = round.candidates();
    this.classes = candidates.classes();
    int width = candidates.column(MIXTURE).width();
    if (width != classes * classes) {
      throw new IllegalArgumentException(
          MIXTURE + " has width " + width + ", expected classes x classes = " + classes * classes);
    }
    this.mixtures = new FeatureRows(candidates, MIXTURE, pool.rows());
    this.logarithms = new FeatureRows(candidates, MIXTURE, pool.rows());
    for (int i = 0; i < mixtures.rows(); i++) {
      for (int k = 0; k < width; k++) {
        logarithms.put(i, k, (float) Math.log(Math.max(FLOOR, mixtures.get(i, k))));
      }
    }
  }

  @Override
  public void measure(int first, int count, int targets, HostBuffer distances) {
    for (int c = 0; c < count; c++) {
      int from = first + c;
      long at = (long) c * targets;
      IntStream.range(0, targets)
          .parallel()
          .forEach(i -> distances.putFloat(at + i, (float) diversity(from, i)));
    }
  }

  private double diversity(int a, int b) {
    double sum = 0;
    for (int row = 0; row < classes; row++) {
      if (present(a, row) && present(b, row)) {
        for (int k = row * classes; k < (row + 1) * classes; k++) {
          double p = Math.max(FLOOR, mixtures.get(a, k));
          double q = Math.max(FLOOR, mixtures.get(b, k));
          sum += 0.5 * (p - q) * (logarithms.get(a, k) - logarithms.get(b, k));
        }
      }
    }
    return sum;
  }

  private boolean present(int point, int row) {
    for (int k = row * classes; k < (row + 1) * classes; k++) {
      if (mixtures.get(point, k) > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public double distance(float measured) {
    return measured;
  }

  @Override
  public void close() {
    logarithms.close();
    mixtures.close();
  }
}
