package dev.assay.kernel;

import dev.assay.memory.Span;
import org.agrona.UnsafeApi;

/**
 * A dense matrix [count, classes] of class counts or proportions, one row per region. Rows need not
 * be normalised. A view: the memory must outlive every call it is given to.
 *
 * @param rows off-heap memory
 * @param type of the entries
 * @param count number of rows
 * @param classes entries per row, 1 to 256; for RALIS the classes and a last one for void
 * @param fill the value in [0, 1] that an entry of exactly 0 takes before normalisation; 0 for none
 */
public record ClassDistributions(Span rows, Type type, long count, int classes, double fill) {
  /** Most entries a row may have. */
  public static final int MAX_CLASSES = 256;

  /** Types of entries, with the C ABI's codes. */
  public enum Type {
    /** 32-bit floats. */
    F32(0, 4),
    /** 64-bit floats. */
    F64(3, 8),
    /** 32-bit counts. */
    I32(4, 4);

    private final int code;
    private final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }
  }

  /** Writes data, dtype and count. */
  void put(ArgumentBlock block, int word, String name) {
    block.in(word, name, rows, count * classes, type.bytes);
    block.put(word + 1, type.code);
    block.put(word + 2, count);
  }

  /** Entry {@code k} of row {@code i}, which lies in host memory. */
  double value(long i, int k) {
    long at = rows.address() + (i * classes + k) * type.bytes;
    return switch (type) {
      case F32 -> UnsafeApi.getFloat(at);
      case F64 -> UnsafeApi.getDouble(at);
      case I32 -> UnsafeApi.getInt(at);
    };
  }

  void check(String name) {
    Check.count(name + ".count", count);
    if (classes < 1 || classes > MAX_CLASSES) {
      throw new IllegalArgumentException(
          name + ".classes=" + classes + " must be in [1, " + MAX_CLASSES + "]");
    }
    Check.required(name, rows, Math.multiplyExact(count, (long) classes), type.bytes);
    if (!(fill >= 0 && fill <= 1)) {
      throw new IllegalArgumentException(name + ".fill=" + fill + " must be in [0, 1]");
    }
  }
}
