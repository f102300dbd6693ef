package dev.assay.select;

import dev.assay.score.RegionSink;
import dev.assay.score.ScoredRegions;
import dev.assay.score.Signal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The k regions with the largest value of one signal among all that pass by: the running form of a
 * top-k selection, in memory of k regions. Among equal values the lower image wins, then the lower
 * region, so the result does not depend on how the stream was cut.
 */
public final class TopRegions implements RegionSink {
  /** One region with its place and value. */
  public record Region(long image, long region, int x, int y, float value) {}

  private static final Comparator<Region> BEST_FIRST =
      Comparator.comparingDouble((Region r) -> -r.value())
          .thenComparingLong(Region::image)
          .thenComparingLong(Region::region);

  private final Signal signal;
  private final int k;
  private final PriorityQueue<Region> kept;

  /** Ranks by a signal that has one value per region. */
  public TopRegions(Signal signal, int k) {
    if (k < 1 || signal.perRegion(2) != 1) {
      throw new IllegalArgumentException(
          "signal=" + signal + " k=" + k + " must be one number per region and k >= 1");
    }
    this.signal = signal;
    this.k = k;
    this.kept = new PriorityQueue<>(BEST_FIRST.reversed());
  }

  @Override
  public void regions(ScoredRegions scored) {
    for (int i = 0; i < scored.size(); i++) {
      float value = scored.value(signal, i);
      if (kept.size() == k && value < kept.peek().value()) {
        continue;
      }
      kept.add(new Region(scored.image(), scored.first() + i, scored.x(i), scored.y(i), value));
      if (kept.size() > k) {
        kept.poll();
      }
    }
  }

  /** What was kept, best first. */
  public List<Region> best() {
    List<Region> best = new ArrayList<>(kept);
    best.sort(BEST_FIRST);
    return best;
  }
}
