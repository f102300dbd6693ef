package dev.assay.select;

import dev.assay.score.Column;
import dev.assay.score.Signal;
import java.util.List;
import java.util.Set;

/**
 * EquAL: the largest sum of the mean entropies of a prediction and of that of the mirrored image
 * (Golestaneh and Kitani, "Importance of self-consistency in active learning for semantic
 * segmentation", BMVC 2020, as Mittal et al., "Best practices in active learning for semantic
 * segmentation", 2023, apply it).
 */
final class EqualStrategy extends ScoredStrategy {
  private static final List<String> PARTS =
      List.of(Signal.ENTROPY_MEAN.key(), "entropy_flipped_mean");

  @Override
  public String name() {
    return "equal";
  }

  @Override
  public Set<String> columns() {
    return Set.copyOf(PARTS);
  }

  @Override
  Scores scores(Round round, int[] subset) {
    Candidates candidates = round.candidates();
    Column[] columns =
        PARTS.stream()
            .map(name -> candidates.column(name, Column.Type.F32, 1))
            .toArray(Column[]::new);
    return new Scores() {
      @Override
      public double score(int i) {
        return (double) columns[0].getFloat(i, 0) + columns[1].getFloat(i, 0);
      }

      @Override
      public List<String> parts() {
        return PARTS;
      }

      @Override
      public double part(int part, int i) {
        return columns[part].getFloat(i, 0);
      }
    };
  }
}
