package dev.assay.tests;

import dev.assay.memory.Span;
import org.agrona.UnsafeApi;

/** Compares off-heap memory of the host. */
final class Bytes {
  private Bytes() {}

  /** Index of the first byte that differs, or -1; the shorter span's end counts as a difference. */
  static long mismatch(Span a, Span b) {
    long common = Math.min(a.bytes(), b.bytes());
    for (long i = 0; i < common; i++) {
      if (UnsafeApi.getByte(a.address() + i) != UnsafeApi.getByte(b.address() + i)) {
        return i;
      }
    }
    return a.bytes() == b.bytes() ? -1 : common;
  }
}
