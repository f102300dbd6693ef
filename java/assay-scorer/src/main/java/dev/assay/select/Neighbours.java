package dev.assay.select;

import dev.assay.device.Exec;
import dev.assay.kernel.SquaredDistances;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The nearest rows of every row of a matrix, so that the distance to the nearest of some selected
 * rows is found without measuring: in a selection of a share s of all rows a row's k nearest hold
 * none with a chance of (1 - s)^k only, and are then measured. Memory is 8 k bytes per row. One
 * call at a time; close it when done.
 */
final class Neighbours implements AutoCloseable {
  private static final int KEPT = 32;

  /** Rows whose distances to all others are held at a time. */
  private static final int ROWS_AT_A_TIME = 256;

  private final Exec exec;
  private final MatrixView rows;
  private final SquaredDistances kernel = new SquaredDistances();
  private final HostBuffer measured;
  private final int kept;
  private final int[] nearest;
  private final float[] squares;

  /** Measures the distances of all pairs of rows, whose memory must outlive this object. */
  Neighbours(Exec exec, MatrixView rows) {
    this.exec = exec;
    this.rows = rows;
    int count = Math.toIntExact(rows.rows());
    this.kept = Math.min(KEPT, count);
    this.nearest = new int[Math.multiplyExact(count, kept)];
    this.squares = new float[nearest.length];
    Arrays.fill(squares, Float.POSITIVE_INFINITY);
    int most = Math.min(ROWS_AT_A_TIME, count);
    this.measured =
        HostBuffer.floats("squared distances", Math.multiplyExact((long) most, (long) count));
    for (int first = 0; first < count; first += most) {
      int block = Math.min(most, count - first);
      kernel.run(exec, rows.rows(first, block), rows, Span.of(measured));
      for (int i = 0; i < block; i++) {
        for (int j = 0; j < count; j++) {
          keep(first + i, j, measured.getFloat((long) i * count + j));
        }
      }
    }
  }

  private void keep(int row, int other, float square) {
    int from = row * kept;
    int at = from + kept - 1;
    if (!(square < squares[at])) {
      return;
    }
    while (at > from && square < squares[at - 1]) {
      squares[at] = squares[at - 1];
      nearest[at] = nearest[at - 1];
      at--;
    }
    squares[at] = square;
    nearest[at] = other;
  }

  /**
   * The mean Euclidean distance of all rows to the nearest selected one.
   *
   * @param selected at least one row
   * @param selectedRows the same rows, gathered
   */
  double meanDistance(BitSet selected, MatrixView selectedRows) {
    double sum = 0;
    int count = Math.toIntExact(rows.rows());
    for (int i = 0; i < count; i++) {
      sum += Math.sqrt(toNearest(i, selected, selectedRows));
    }
    return sum / count;
  }

  private float toNearest(int row, BitSet selected, MatrixView selectedRows) {
    for (int at = row * kept; at < (row + 1) * kept; at++) {
      if (selected.get(nearest[at])) {
        return squares[at];
      }
    }
    kernel.run(exec, rows.rows(row, 1), selectedRows, Span.of(measured));
    float least = Float.POSITIVE_INFINITY;
    for (int k = 0; k < selectedRows.rows(); k++) {
      least = Math.min(least, measured.getFloat(k));
    }
    return least;
  }

  @Override
  public void close() {
    kernel.close();
    measured.close();
  }
}
