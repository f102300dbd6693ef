package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Set;

/** The smallest mean margin between the two most probable classes; the score is minus that mean. */
final class MarginStrategy extends ScoredStrategy {
  @Override
  public String name() {
    return "margin";
  }

  @Override
  public Set<String> columns() {
    return Set.of(Signal.MARGIN_MEAN.key());
  }

  @Override
  Scores scores(Round round, int[] subset) {
    return ColumnScores.smallest(round, Signal.MARGIN_MEAN.key());
  }
}
