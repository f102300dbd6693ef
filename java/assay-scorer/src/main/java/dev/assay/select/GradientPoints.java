package dev.assay.select;

import dev.assay.memory.HostBuffer;
import dev.assay.score.Signal;
import java.util.stream.IntStream;

/**
 * Points that are gradient embeddings (p - onehot(argmax p)) (x) h of a region's mean probabilities
 * p and features h. The outer product is never formed: its inner product is the product of the
 * factors' inner products, so |g - g'|^2 = |e|^2 |h|^2 + |e'|^2 |h'|^2 - 2 (e.e') (h.h').
 */
final class GradientPoints implements PointSet {
  private final FeatureRows errors;
  private final FeatureRows features;
  private final double[] squaredNorms;

  GradientPoints(Round round, Pool pool) {
    Candidates candidates = round.candidates();
    this.errors = new FeatureRows(candidates, Signal.PROBABILITY_MEAN.key(), pool.rows());
    this.features = featuresOrClose(candidates, pool, errors);
    this.squaredNorms = new double[pool.rows().length];
    for (int i = 0; i < squaredNorms.length; i++) {
      int label = mostProbable(i);
      errors.put(i, label, errors.get(i, label) - 1);
      squaredNorms[i] = inner(i, i);
    }
  }

  private static FeatureRows featuresOrClose(Candidates candidates, Pool pool, FeatureRows errors) {
    try {
      return new FeatureRows(candidates, FeatureRows.FEATURES, pool.rows());
    } catch (RuntimeException e) {
      errors.close();
      throw e;
    }
  }

  private int mostProbable(int i) {
    int best = 0;
    for (int c = 1; c < errors.width(); c++) {
      if (errors.get(i, c) > errors.get(i, best)) {
        best = c;
      }
    }
    return best;
  }

  private double inner(int i, int j) {
    return FeatureRows.dot(errors, i, errors, j) * FeatureRows.dot(features, i, features, j);
  }

  double squaredNorm(int i) {
    return squaredNorms[i];
  }

  /** The difference of large products may come out below zero by rounding; it is then 0. */
  @Override
  public void measure(int first, int count, int targets, HostBuffer distances) {
    for (int c = 0; c < count; c++) {
      int from = first + c;
      long at = (long) c * targets;
      IntStream.range(0, targets)
          .parallel()
          .forEach(
              i -> {
                double squared = squaredNorms[from] + squaredNorms[i] - 2 * inner(from, i);
                distances.putFloat(at + i, (float) Math.max(0, squared));
              });
    }
  }

  @Override
  public double distance(float measured) {
    return Math.sqrt(measured);
  }

  @Override
  public void close() {
    features.close();
    errors.close();
  }
}
