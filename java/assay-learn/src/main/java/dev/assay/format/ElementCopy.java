package dev.assay.format;

import dev.assay.memory.DType;
import org.agrona.UnsafeApi;

/**
 * Brings elements of a floating type from a file's form into the scorer's: native byte order, and
 * fp64 rounded to fp32, which no kernel would tell apart from more digits.
 */
record ElementCopy(ElementType type, boolean bigEndian) {
  /** Type of the elements after the copy. */
  DType target() {
    return switch (type) {
      case F2 -> DType.F16;
      case BF16 -> DType.BF16;
      case F4, F8 -> DType.F32;
      default -> throw new IllegalStateException(type + " was checked on opening");
    };
  }

  /** Whether the elements are the scorer's already. */
  boolean isIdentity() {
    return !bigEndian && type != ElementType.F8;
  }

  /** Copies the element at {@code from} to {@code to}. */
  void one(long from, long to) {
    switch (type) {
      case F2, BF16 -> {
        short bits = UnsafeApi.getShort(from);
        UnsafeApi.putShort(to, bigEndian ? Short.reverseBytes(bits) : bits);
      }
      case F4 -> {
        int bits = UnsafeApi.getInt(from);
        UnsafeApi.putInt(to, bigEndian ? Integer.reverseBytes(bits) : bits);
      }
      case F8 -> {
        long bits = UnsafeApi.getLong(from);
        double value = Double.longBitsToDouble(bigEndian ? Long.reverseBytes(bits) : bits);
        UnsafeApi.putFloat(to, (float) value);
      }
      default -> throw new IllegalStateException(type + " was checked on opening");
    }
  }

  /** Copies {@code count} elements that follow each other. */
  void run(long from, long to, long count) {
    int source = type.bytes();
    int target = target().bytes();
    for (long i = 0; i < count; i++) {
      one(from + i * source, to + i * target);
    }
  }
}
