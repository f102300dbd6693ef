package dev.assay.kernel;

import dev.assay.memory.Span;

/** The leases of one call, released together; reused from call to call. */
final class Leases {
  private final Span[] held = new Span[24];
  private int count;

  void take(Span span) {
    if (span != null) {
      span.lease();
      held[count++] = span;
    }
  }

  void release() {
    while (count > 0) {
      held[--count].release();
      held[count] = null;
    }
  }
}
