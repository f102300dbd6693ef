package dev.assay.select;

import dev.assay.score.Column;
import dev.assay.score.Signal;
import java.util.List;
import java.util.Set;

/**
 * RIPU: region impurity times prediction uncertainty (Xie et al., "Towards fewer annotations:
 * active learning via region impurity and prediction uncertainty", CVPR 2022, Eq. 4 to 6). Impurity
 * is the entropy, in nats, of the classes predicted in the region; uncertainty its mean entropy.
 * The paper slides the region over every pixel; here regions are those of the grid.
 */
final class RipuStrategy extends ScoredStrategy {
  private static final List<String> PARTS = List.of("impurity", Signal.ENTROPY_MEAN.key());

  @Override
  public String name() {
    return "ripu";
  }

  @Override
  public Set<String> columns() {
    return Set.of(Signal.CLASS_HISTOGRAM.key(), Signal.ENTROPY_MEAN.key());
  }

  @Override
  Scores scores(Round round, int[] subset) {
    Candidates candidates = round.candidates();
    int classes = candidates.classes();
    Column histogram = candidates.column(Signal.CLASS_HISTOGRAM.key(), Column.Type.I32, classes);
    Column entropy = candidates.column(Signal.ENTROPY_MEAN.key(), Column.Type.F32, 1);
    return new Scores() {
      @Override
      public double score(int i) {
        return impurity(histogram, i) * entropy.getFloat(i, 0);
      }

      @Override
      public List<String> parts() {
        return PARTS;
      }

      @Override
      public double part(int part, int i) {
        return part == 0 ? impurity(histogram, i) : entropy.getFloat(i, 0);
      }
    };
  }

  /** ln(n) - sum_c n_c ln(n_c) / n; a region without counted pixels is pure. */
  private static double impurity(Column histogram, int i) {
    long pixels = 0;
    double sum = 0;
    for (int c = 0; c < histogram.width(); c++) {
      int n = histogram.getInt(i, c);
      pixels += n;
      sum += n > 0 ? n * Math.log(n) : 0;
    }
    return pixels == 0 ? 0 : Math.max(0, Math.log(pixels) - sum / pixels);
  }
}
