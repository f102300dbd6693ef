package dev.assay.select;

import dev.assay.kernel.KCenter;
import dev.assay.memory.HostBuffer;
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
    try (EuclideanPoints points = new EuclideanPoints(round, pool);
        KCenter kernel = new KCenter()) {
      return KCenterGreedy.pick(
          round, pool, new Euclidean(round, pool, points, kernel), count, stream);
    }
  }

  private record Euclidean(Round round, Pool pool, EuclideanPoints points, KCenter kernel)
      implements KCenterGreedy.Metric {
    @Override
    public void order(KCenter.Start start, KCenter.Picks picks) {
      FeatureRows features = points.features();
      kernel.euclidean(round.exec(), features.view(0, features.rows()), start, picks);
    }

    @Override
    public double toLabelled(int position) {
      try (HostBuffer block = HostBuffer.floats("distances to labelled", pool.labelled())) {
        float nearest = Float.POSITIVE_INFINITY;
        points.measure(pool.size(), pool.labelled(), position, 1, block);
        for (int l = 0; l < pool.labelled(); l++) {
          nearest = Math.min(nearest, block.getFloat(l));
        }
        return (float) Math.sqrt(nearest);
      }
    }
  }
}
