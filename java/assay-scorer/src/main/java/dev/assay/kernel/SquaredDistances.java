package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;

/**
 * Squared Euclidean distances between the rows of two matrices of features. The order of summation,
 * which makes the bits the same on every back end, is in the kernel's contract header.
 *
 * <p>One call at a time; close it when done.
 */
public final class SquaredDistances implements AutoCloseable {
  private static final int A = 1;
  private static final int B = 4;
  private static final int COLUMNS = 7;
  private static final int DISTANCE = 8;
  private static final int WORDS = 9;

  private final ArgumentBlock block = new ArgumentBlock("squared_distances", WORDS, 0);

  /**
   * Fills {@code distance}.
   *
   * @param a rows of features
   * @param b rows of as many features; may be {@code a} itself
   * @param distance f32 [a.rows, b.rows]
   */
  public void run(Exec exec, MatrixView a, MatrixView b, Span distance) {
    if (a.columns() != b.columns()) {
      throw new IllegalArgumentException(
          "a has " + a.columns() + " columns, b " + b.columns() + ", expected as many");
    }
    long count = Math.multiplyExact(a.rows(), b.rows());
    Check.required("distance", distance, count, Float.BYTES);
    block.enter(exec);
    try {
      putRows(A, "a", a);
      putRows(B, "b", b);
      block.put(COLUMNS, a.columns());
      block.out(DISTANCE, "distance", distance, count, Float.BYTES);
      block.call(AssayLibrary::assay_squared_distances);
    } finally {
      block.leave();
    }
  }

  private void putRows(int word, String name, MatrixView matrix) {
    block.in(word, name, matrix);
    block.put(word + 1, matrix.rows());
    block.put(word + 2, matrix.rowStride());
  }

  @Override
  public void close() {
    block.close();
  }
}
