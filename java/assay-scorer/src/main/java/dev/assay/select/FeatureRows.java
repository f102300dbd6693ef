package dev.assay.select;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import dev.assay.score.Column;
import org.agrona.UnsafeApi;

/** The rows of a float column that a pool needs, gathered: f32 [rows, width]. Owner of the copy. */
final class FeatureRows implements AutoCloseable {
  /** The column that Euclidean strategies read. */
  static final String FEATURES = "features";

  private final int rows;
  private final int width;
  private final HostBuffer values;

  /**
   * Gathers rows of any width.
   *
   * @throws IllegalArgumentException if a value is not finite
   */
  FeatureRows(Candidates candidates, String column, int[] rows) {
    this(candidates, column, candidates.column(column).width(), rows);
  }

  /**
   * Gathers rows of a given width.
   *
   * @throws IllegalArgumentException if they have another, or a value is not finite
   */
  FeatureRows(Candidates candidates, String column, int width, int[] rows) {
    this(column, rows.length, width);
    try {
      Column source = candidates.column(column, Column.Type.F32, width);
      for (int r = 0; r < rows.length; r++) {
        source.copyRow(rows[r], address(r));
        requireFinite(candidates, column, rows[r], r);
      }
    } catch (RuntimeException e) {
      values.close();
      throw e;
    }
  }

  /** Room for rows that are computed. */
  FeatureRows(String name, int rows, int width) {
    this.rows = rows;
    this.width = width;
    this.values = HostBuffer.floats(name, (long) rows * width);
  }

  /** Copies row {@code from} of {@code source} over row {@code to}. */
  void copy(FeatureRows source, int from, int to) {
    UnsafeApi.copyMemory(source.address(from), address(to), 4L * width);
  }

  private void requireFinite(Candidates candidates, String column, int candidate, int row) {
    for (int k = 0; k < width; k++) {
      if (!Float.isFinite(get(row, k))) {
        throw new IllegalArgumentException(
            "%s of %s holds %s; expected finite values"
                .formatted(column, candidates.describe(candidate), get(row, k)));
      }
    }
  }

  int rows() {
    return rows;
  }

  int width() {
    return width;
  }

  float get(int row, int k) {
    return UnsafeApi.getFloat(address(row) + 4L * k);
  }

  void put(int row, int k, float value) {
    UnsafeApi.putFloat(address(row) + 4L * k, value);
  }

  long address(int row) {
    return values.address() + 4L * row * width;
  }

  /** Rows [first, first + count). */
  MatrixView view(int first, int count) {
    long bytes = 4L * count * width;
    return MatrixView.dense(Span.of(values, 4L * first * width, bytes), count, width);
  }

  /** The inner product of two rows of two tables of one width, in double, in four running sums. */
  static double dot(FeatureRows a, int i, FeatureRows b, int j) {
    double[] sums = new double[4];
    long at = a.address(i);
    long bt = b.address(j);
    for (int k = 0; k < a.width; k++) {
      sums[k & 3] += (double) UnsafeApi.getFloat(at + 4L * k) * UnsafeApi.getFloat(bt + 4L * k);
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }

  @Override
  public void close() {
    values.close();
  }
}
