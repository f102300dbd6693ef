package dev.assay.select;

import dev.assay.device.Exec;
import dev.assay.kernel.SquaredDistances;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;

/** Points in the space of their features. */
final class EuclideanPoints implements PointSet {
  private final Exec exec;
  private final FeatureRows features;
  private final SquaredDistances kernel;

  EuclideanPoints(Round round, Pool pool) {
    this.exec = round.exec();
    this.features = new FeatureRows(round.candidates(), FeatureRows.FEATURES, pool.rows());
    this.kernel = new SquaredDistances();
  }

  /**
   * Scales every point to length 1.
   *
   * @throws IllegalArgumentException if a point is 0
   */
  void normalise(Candidates candidates, Pool pool) {
    for (int i = 0; i < features.rows(); i++) {
      double norm = Math.sqrt(FeatureRows.dot(features, i, features, i));
      if (norm == 0) {
        throw new IllegalArgumentException(
            "features of "
                + candidates.describe(pool.rows()[i])
                + " are all 0, which has no cosine; use similarity=euclidean");
      }
      for (int k = 0; k < features.width(); k++) {
        features.put(i, k, (float) (features.get(i, k) / norm));
      }
    }
  }

  /** The points themselves. */
  FeatureRows features() {
    return features;
  }

  @Override
  public void measure(int first, int count, int targets, HostBuffer distances) {
    measure(first, count, 0, targets, distances);
  }

  /** The same to points [target, target + targets). */
  void measure(int first, int count, int target, int targets, HostBuffer distances) {
    kernel.run(
        exec,
        features.view(first, count),
        features.view(target, targets),
        Span.of(distances, 0, 4L * count * targets));
  }

  @Override
  public double distance(float measured) {
    return Math.sqrt(measured);
  }

  @Override
  public void close() {
    kernel.close();
    features.close();
  }
}
