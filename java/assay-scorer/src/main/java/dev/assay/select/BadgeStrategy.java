package dev.assay.select;

import dev.assay.score.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * BADGE: k-means++ seeding over gradient embeddings of the unlabelled regions (Ash et al., "Deep
 * batch active learning by diverse, uncertain gradient lower bounds", ICLR 2020, Algorithm 1). As
 * in the authors' code the first centre is the largest gradient. The paper embeds an image by its
 * probabilities; here a region has the mean of its pixels'. The score is the distance a region was
 * drawn by, for the first its norm.
 */
final class BadgeStrategy extends DiversityStrategy {
  @Override
  public String name() {
    return "badge";
  }

  @Override
  public Set<String> columns() {
    return Set.of(Signal.PROBABILITY_MEAN.key(), FeatureRows.FEATURES);
  }

  @Override
  List<Pick> pick(Round round, Pool pool, int count, int stream) {
    try (GradientPoints points = new GradientPoints(round, pool);
        NearestCentre nearest = new NearestCentre(points, pool.size())) {
      List<Pick> picks = new ArrayList<>(count);
      while (picks.size() < count) {
        boolean first = picks.isEmpty();
        int next =
            first
                ? largest(points, pool.size())
                : SquaredDistanceDraw.next(round, nearest, pool.size(), stream, picks.size() + 1);
        double norm = Math.sqrt(points.squaredNorm(next));
        double distance = first ? norm : points.distance(nearest.measured(next));
        picks.add(
            new Pick(
                pool.rows()[next], distance, Map.of("gradient_norm", norm, "distance", distance)));
        nearest.add(next);
      }
      return picks;
    }
  }

  private static int largest(GradientPoints points, int size) {
    int best = 0;
    for (int i = 1; i < size; i++) {
      if (points.squaredNorm(i) > points.squaredNorm(best)) {
        best = i;
      }
    }
    return best;
  }
}
