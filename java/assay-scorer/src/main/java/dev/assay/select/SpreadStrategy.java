package dev.assay.select;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Neighbours of a picked region step back: regions are taken in the order of their scores, and one
 * too close to an earlier pick of its image waits until all others are gone, so that the budget is
 * always spent. Too close means centres nearer than a distance in pixels, or an overlap of at least
 * an IoU (non-maximum suppression; RIPU masks out a picked neighbourhood likewise).
 */
final class SpreadStrategy extends ModifierStrategy {
  private final double distance;
  private final double iou;

  /**
   * Suppresses by one measure.
   *
   * @param distance in pixels between centres; 0 to go by IoU
   * @param iou intersection over union, where the distance is 0
   */
  SpreadStrategy(double distance, double iou, ScoredStrategy inner) {
    super(inner);
    this.distance = distance;
    this.iou = iou;
  }

  @Override
  public String name() {
    String measure =
        distance > 0
            ? "distance=" + Specification.number(distance)
            : "iou=" + Specification.number(iou);
    return "spread(" + measure + "):" + inner().name();
  }

  /** The best of a longer list are the list's beginning, so it grows until it is long enough. */
  @Override
  public List<Pick> pick(Round round, int[] subset, int count, int stream) {
    int wanted = Math.min(count, subset.length);
    Candidates candidates = round.candidates();
    Scores scores = inner().scores(round, subset);
    for (long ask = 2L * wanted; ; ask *= 2) {
      int asked = (int) Math.min(ask, subset.length);
      List<Pick> ordered = inner().best(round, scores, subset, asked);
      List<Pick> waiting = new ArrayList<>();
      List<Pick> picks = apart(candidates.corners(), ordered, wanted, waiting);
      if (picks.size() == wanted || asked == subset.length) {
        waiting.stream().limit(wanted - (long) picks.size()).forEach(picks::add);
        return picks;
      }
    }
  }

  private List<Pick> apart(
      Places.Corners places, List<Pick> ordered, int wanted, List<Pick> waiting) {
    List<Pick> picks = new ArrayList<>();
    Map<Integer, List<Integer>> byImage = new HashMap<>();
    for (Pick pick : ordered) {
      int i = pick.candidate();
      List<Integer> near = byImage.computeIfAbsent(places.image(i), image -> new ArrayList<>());
      if (near.stream().anyMatch(j -> close(places, i, j))) {
        waiting.add(pick);
      } else if (picks.size() < wanted) {
        near.add(i);
        picks.add(pick);
      }
    }
    return picks;
  }

  private boolean close(Places.Corners places, int i, int j) {
    long dx = Math.abs((long) places.x(i) - places.x(j));
    long dy = Math.abs((long) places.y(i) - places.y(j));
    return distance > 0 ? Math.hypot(dx, dy) < distance : overlap(places, dx, dy) >= iou;
  }

  /** Intersection over union of two regions at that offset. */
  private static double overlap(Places.Corners places, long dx, long dy) {
    int width = places.regionSize().width();
    int height = places.regionSize().height();
    double both = (double) Math.max(0, width - dx) * Math.max(0, height - dy);
    return both / (2.0 * width * height - both);
  }
}
