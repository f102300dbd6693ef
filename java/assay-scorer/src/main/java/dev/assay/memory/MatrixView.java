package dev.assay.memory;

/**
 * A view, never an owner, of fp32 rows: element (i, k) is float {@code i * rowStride + k} of {@code
 * span}. Immutable.
 *
 * @param span the memory
 * @param rows number of rows
 * @param columns elements of a row
 * @param rowStride floats from one row to the next, at least {@code columns}
 */
public record MatrixView(Span span, long rows, long columns, long rowStride) {
  /** Rejects a shape that its memory does not hold. */
  public MatrixView {
    if (rows < 0 || columns < 0 || rowStride < columns) {
      throw new IllegalArgumentException(
          "rows="
              + rows
              + ", columns="
              + columns
              + ", rowStride="
              + rowStride
              + " must be >= 0, and the stride no less than the columns");
    }
    long last = rows == 0 ? 0 : Math.multiplyExact(rows - 1, rowStride);
    long needed = Math.multiplyExact(Math.addExact(last, rows == 0 ? 0 : columns), Float.BYTES);
    if (span.bytes() < needed) {
      throw new IllegalArgumentException(
          "a matrix of "
              + rows
              + " rows at a stride of "
              + rowStride
              + " needs "
              + needed
              + " bytes, found "
              + span.bytes());
    }
    if (span.address() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "address " + span.address() + " must be a multiple of " + Float.BYTES);
    }
  }

  /** The rows [first, first + count). */
  public MatrixView rows(long first, long count) {
    if (first < 0 || count < 0 || first > rows - count) {
      throw new IndexOutOfBoundsException(
          "first=" + first + ", count=" + count + " must lie in [0, " + rows + "]");
    }
    long skipped = first * rowStride * Float.BYTES;
    return new MatrixView(span.from(Math.min(skipped, span.bytes())), count, columns, rowStride);
  }

  /** Rows without gaps. */
  public static MatrixView dense(Span span, long rows, long columns) {
    return new MatrixView(span, rows, columns, columns);
  }
}
