package dev.assay.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The 2-approximation of k-center: again and again the candidate farthest from every centre, the
 * labelled regions being the first centres. The score is that distance. With nothing labelled the
 * first pick is drawn by the seed and has score 0.
 */
final class KCenterGreedy {
  private KCenterGreedy() {}

  static List<Pick> pick(Round round, Pool pool, PointSet points, int count, int stream) {
    List<Pick> picks = new ArrayList<>(count);
    try (NearestCentre nearest = new NearestCentre(points, pool)) {
      while (picks.size() < count) {
        boolean drawn = picks.isEmpty() && pool.labelled() == 0;
        int next = drawn ? SquaredDistanceDraw.any(round, pool, stream) : nearest.farthest();
        double distance = drawn ? 0 : points.distance(nearest.measured(next));
        picks.add(new Pick(pool.rows()[next], distance, Map.of("distance", distance)));
        nearest.add(next);
      }
    }
    return picks;
  }
}
