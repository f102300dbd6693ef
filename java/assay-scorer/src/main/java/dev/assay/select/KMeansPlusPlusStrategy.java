package dev.assay.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * k-means++ seeding in the space of the features (Arthur and Vassilvitskii, SODA 2007), the
 * labelled regions being the first centres; with nothing labelled the first pick is uniform. The
 * score is the distance a region was drawn by, 0 for a uniform pick.
 */
final class KMeansPlusPlusStrategy extends DiversityStrategy {
  @Override
  public String name() {
    return "kmeans_pp";
  }

  @Override
  public Set<String> columns() {
    return Set.of(FeatureRows.FEATURES);
  }

  @Override
  List<Pick> pick(Round round, Pool pool, int count, int stream) {
    try (PointSet points = new EuclideanPoints(round, pool);
        NearestCentre nearest = new NearestCentre(points, pool)) {
      List<Pick> picks = new ArrayList<>(count);
      while (picks.size() < count) {
        boolean uniform = picks.isEmpty() && pool.labelled() == 0;
        int next =
            uniform
                ? SquaredDistanceDraw.any(round, pool, stream)
                : SquaredDistanceDraw.next(round, nearest, pool.size(), stream, picks.size() + 1);
        double distance = uniform ? 0 : points.distance(nearest.measured(next));
        picks.add(new Pick(pool.rows()[next], distance, Map.of("distance", distance)));
        nearest.add(next);
      }
      return picks;
    }
  }
}
