package dev.assay.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Facility location: greedily the region that adds most to sum_i max_{j in S} similarity(i, j), S
 * being the labelled regions and the picks (Wei, Iyer and Bilmes, "Submodularity in data subset
 * selection and active learning", ICML 2015). Greedy is lazy (Minoux 1978): a gain never grows, so
 * a stale one is an upper bound and only the top is computed again; the picks are those of the
 * plain greedy algorithm. The score is the gain.
 *
 * <p>The first gains take all pairs of distances, n^2 of them, in blocks: time is quadratic in the
 * pool, memory linear. For large pools give the strategy pools to choose from.
 */
final class FacilityLocationStrategy extends DiversityStrategy {
  private final String similarity;

  FacilityLocationStrategy(String similarity) {
    this.similarity = similarity;
  }

  @Override
  public String name() {
    return "facility_location(similarity=" + similarity + ")";
  }

  @Override
  public Set<String> columns() {
    return Set.of(FeatureRows.FEATURES);
  }

  /** A candidate with the gain it had when there were {@code asOf} picks. */
  private record Bound(int position, double gain, int asOf) implements Comparable<Bound> {
    @Override
    public int compareTo(Bound other) {
      int byGain = Double.compare(other.gain, gain);
      return byGain != 0 ? byGain : Integer.compare(position, other.position);
    }
  }

  @Override
  List<Pick> pick(Round round, Pool pool, int count, int stream) {
    try (Coverage coverage = new Coverage(round, pool, similarity.equals("cosine"))) {
      PriorityQueue<Bound> bounds = new PriorityQueue<>();
      double[] gains = coverage.gains();
      for (int i = 0; i < gains.length; i++) {
        bounds.add(new Bound(i, gains[i], 0));
      }
      List<Pick> picks = new ArrayList<>(count);
      while (picks.size() < count) {
        Bound top = bounds.remove();
        if (top.asOf() < picks.size()) {
          bounds.add(new Bound(top.position(), coverage.gain(top.position()), picks.size()));
        } else {
          coverage.add(top.position());
          picks.add(new Pick(pool.rows()[top.position()], top.gain(), Map.of("gain", top.gain())));
        }
      }
      return picks;
    }
  }
}
