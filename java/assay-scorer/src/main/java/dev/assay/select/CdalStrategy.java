package dev.assay.select;

import java.util.List;
import java.util.Set;

/**
 * CDAL-CS: k-center greedy by contextual diversity, the divergence of the regions' class-specific
 * mixtures of predictions (Agarwal et al., "Contextual diversity for active learning", ECCV 2020,
 * Eq. 2 and section 3.2).
 */
final class CdalStrategy extends DiversityStrategy {
  @Override
  public String name() {
    return "cdal_cs";
  }

  @Override
  public Set<String> columns() {
    return Set.of(ContextPoints.MIXTURE);
  }

  @Override
  List<Pick> pick(Round round, Pool pool, int count, int stream) {
    try (PointSet points = new ContextPoints(round, pool)) {
      return KCenterGreedy.pick(round, pool, points, count, stream);
    }
  }
}
