package dev.assay.select;

import java.util.List;
import java.util.Set;

/**
 * Coreset: k-center greedy in the Euclidean space of the features (Sener and Savarese, "Active
 * learning for convolutional neural networks: a core-set approach", ICLR 2018, Algorithm 1).
 */
final class CoresetStrategy extends DiversityStrategy {
  @Override
  public String name() {
    return "coreset";
  }

  @Override
  public Set<String> columns() {
    return Set.of(FeatureRows.FEATURES);
  }

  @Override
  List<Pick> pick(Round round, Pool pool, int count, int stream) {
    try (PointSet points = new EuclideanPoints(round, pool)) {
      return KCenterGreedy.pick(round, pool, points, count, stream);
    }
  }
}
