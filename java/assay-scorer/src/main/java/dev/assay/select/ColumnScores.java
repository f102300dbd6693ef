package dev.assay.select;

import dev.assay.score.Column;
import java.util.List;

/** One float column as the score, as it is or negated; the column is the only part. */
final class ColumnScores implements Scores {
  private final Column column;
  private final int sign;

  private ColumnScores(Column column, int sign) {
    this.column = column;
    this.sign = sign;
  }

  /** Large values first. */
  static ColumnScores largest(Round round, String column) {
    return new ColumnScores(round.candidates().column(column, Column.Type.F32, 1), 1);
  }

  /** Small values first. */
  static ColumnScores smallest(Round round, String column) {
    return new ColumnScores(round.candidates().column(column, Column.Type.F32, 1), -1);
  }

  @Override
  public double score(int i) {
    return sign * column.getFloat(i, 0);
  }

  @Override
  public List<String> parts() {
    return List.of(column.name());
  }

  @Override
  public double part(int part, int i) {
    return column.getFloat(i, 0);
  }
}
