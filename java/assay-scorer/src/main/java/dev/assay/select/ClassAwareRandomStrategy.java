package dev.assay.select;

import dev.assay.score.Column;
import dev.assay.score.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * For each pick: a class uniformly among the predicted classes that some remaining region contains,
 * then a region uniformly among the remaining ones that contain it. The precedent is nnActive's
 * foreground-aware random.
 *
 * <p>A region <em>contains</em> a class when at least {@value #MIN_PERCENT} % of its pixels are
 * predicted as that class, or when it is the region's most frequent one. Dominance alone would be
 * the stricter rule, but thin classes (poles, signs) never dominate a region and would never be
 * drawn; a single pixel would be the laxer one, but stray pixels of an untrained network put every
 * class into every region.
 *
 * <p>The score is the region's key for the drawn class, so it orders regions within a class only.
 */
final class ClassAwareRandomStrategy implements Strategy {
  private static final int MIN_PERCENT = 1;

  @Override
  public String name() {
    return "class_aware_random";
  }

  @Override
  public Set<String> columns() {
    return Set.of(Signal.CLASS_HISTOGRAM.key());
  }

  @Override
  public List<Pick> pick(Round round, int[] subset, int count, int stream) {
    Candidates candidates = round.candidates();
    RandomKeys keys = round.keys();
    int wanted = Math.min(count, subset.length);
    List<ClassQueue> queues = queues(candidates, subset, wanted, keys);
    boolean[] taken = new boolean[candidates.size()];
    List<Pick> picks = new ArrayList<>(wanted);
    while (picks.size() < wanted) {
      queues.forEach(queue -> queue.skip(taken));
      queues.removeIf(ClassQueue::isEmpty);
      int draw = keys.below(queues.size(), RandomKeys.Purpose.CLASS_DRAW, stream, picks.size());
      Pick pick = queues.get(draw).take();
      taken[pick.candidate()] = true;
      picks.add(pick);
    }
    return picks;
  }

  /** One queue per class that occurs, in class order. */
  private static List<ClassQueue> queues(
      Candidates candidates, int[] subset, int wanted, RandomKeys keys) {
    Column histogram =
        candidates.column(Signal.CLASS_HISTOGRAM.key(), Column.Type.I32, candidates.classes());
    int[] thresholds = thresholds(candidates, histogram, subset);
    List<ClassQueue> queues = new ArrayList<>();
    for (int c = 0; c < candidates.classes(); c++) {
      // At most `wanted` regions leave before this class is exhausted, so no more need be kept.
      TopK best = new TopK(wanted);
      for (int i : subset) {
        if (histogram.getInt(i, c) >= thresholds[i]) {
          int image = candidates.image(i);
          long place = candidates.place(i);
          double key = keys.uniform(RandomKeys.Purpose.SCORE, ((long) c << 32) | image, place);
          best.offer(key, image, place, i);
        }
      }
      if (best.size() > 0) {
        queues.add(new ClassQueue(c, best.drain()));
      }
    }
    return queues;
  }

  /** The fewest predicted pixels with which each candidate counts as containing a class. */
  private static int[] thresholds(Candidates candidates, Column histogram, int[] subset) {
    int[] thresholds = new int[candidates.size()];
    for (int i : subset) {
      long pixels = 0;
      int most = 0;
      for (int c = 0; c < candidates.classes(); c++) {
        pixels += histogram.getInt(i, c);
        most = Math.max(most, histogram.getInt(i, c));
      }
      thresholds[i] = (int) Math.min(most, (pixels * MIN_PERCENT + 99) / 100);
    }
    return thresholds;
  }

  /** The regions that contain one class, by key, best first. */
  private static final class ClassQueue {
    private final int label;
    private final List<TopK.Entry> order;
    private int next;

    ClassQueue(int label, List<TopK.Entry> order) {
      this.label = label;
      this.order = order;
    }

    void skip(boolean[] taken) {
      while (next < order.size() && taken[(int) order.get(next).id()]) {
        next++;
      }
    }

    boolean isEmpty() {
      return next == order.size();
    }

    Pick take() {
      TopK.Entry entry = order.get(next++);
      return new Pick((int) entry.id(), entry.score(), Map.of("drawn_class", (double) label));
    }
  }
}
