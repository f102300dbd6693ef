package dev.assay.select;

import java.util.Set;

/**
 * BALD: the largest mean mutual information between prediction and weights, over stochastic passes
 * (Houlsby et al., arXiv 1112.5745; with MC dropout: Gal, Islam and Ghahramani, ICML 2017).
 */
final class BaldStrategy extends ScoredStrategy {
  private static final String MUTUAL_INFORMATION = "mutual_information_mean";

  @Override
  public String name() {
    return "bald";
  }

  @Override
  public Set<String> columns() {
    return Set.of(MUTUAL_INFORMATION);
  }

  @Override
  Scores scores(Round round, int[] subset) {
    return ColumnScores.largest(round, MUTUAL_INFORMATION);
  }
}
