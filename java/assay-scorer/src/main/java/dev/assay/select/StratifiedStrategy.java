package dev.assay.select;

import dev.assay.score.Column;
import dev.assay.score.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A share of the budget spread evenly over the predicted classes, the rest free: each class in turn
 * takes its best region, a region's class being the one most of its pixels are predicted as. Picks
 * of the first kind come first. After ClaSP, which nnActive implements: it spends 66 % that way and
 * adds power noise to the score; {@code clasp:power:entropy} is the same here.
 */
final class StratifiedStrategy extends ModifierStrategy {
  private final double share;

  StratifiedStrategy(double share, ScoredStrategy inner) {
    super(inner);
    this.share = share;
  }

  @Override
  public String name() {
    return "clasp(share=" + Specification.number(share) + "):" + inner().name();
  }

  @Override
  public Set<String> columns() {
    Set<String> columns = new HashSet<>(super.columns());
    columns.add(Signal.CLASS_HISTOGRAM.key());
    return columns;
  }

  @Override
  public List<Pick> pick(Round round, int[] subset, int count, int stream) {
    int wanted = Math.min(count, subset.length);
    int stratified = (int) Math.round(share * wanted);
    Candidates candidates = round.candidates();
    Scores scores = inner().scores(round, subset);
    List<List<Pick>> best = new ArrayList<>();
    for (int[] members : byClass(candidates, subset)) {
      best.add(inner().best(round, scores, members, stratified));
    }
    List<Pick> picks = inTurns(best, stratified);
    Set<Integer> taken = new HashSet<>();
    picks.forEach(pick -> taken.add(pick.candidate()));
    for (Pick pick : inner().best(round, scores, subset, wanted)) {
      if (picks.size() < wanted && taken.add(pick.candidate())) {
        picks.add(pick);
      }
    }
    return picks;
  }

  /** The members of each predicted class that occurs, in class order. */
  private static List<int[]> byClass(Candidates candidates, int[] subset) {
    Column histogram =
        candidates.column(Signal.CLASS_HISTOGRAM.key(), Column.Type.I32, candidates.classes());
    int[] classes = new int[subset.length];
    int[] sizes = new int[candidates.classes()];
    for (int s = 0; s < subset.length; s++) {
      classes[s] = mostFrequent(histogram, subset[s]);
      sizes[classes[s]]++;
    }
    int[][] members = new int[sizes.length][];
    Arrays.setAll(members, c -> new int[sizes[c]]);
    for (int s = subset.length - 1; s >= 0; s--) {
      members[classes[s]][--sizes[classes[s]]] = subset[s];
    }
    return Arrays.stream(members).filter(of -> of.length > 0).toList();
  }

  /** The lowest class among the most frequent. */
  private static int mostFrequent(Column histogram, int i) {
    int best = 0;
    for (int c = 1; c < histogram.width(); c++) {
      if (histogram.getInt(i, c) > histogram.getInt(i, best)) {
        best = c;
      }
    }
    return best;
  }

  /** One from each class until {@code count} are taken; a class that runs out passes. */
  private static List<Pick> inTurns(List<List<Pick>> byClass, int count) {
    List<Pick> picks = new ArrayList<>();
    for (int turn = 0; picks.size() < count; turn++) {
      for (List<Pick> best : byClass) {
        if (turn < best.size() && picks.size() < count) {
          picks.add(best.get(turn));
        }
      }
    }
    return picks;
  }
}
