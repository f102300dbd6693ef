package dev.assay.kernel;

import dev.assay.device.CudaStream;
import dev.assay.memory.Owner;
import dev.assay.memory.Span;
import java.util.ArrayList;
import java.util.List;

/** The leases of one call, released together; reused from call to call. */
final class Leases {
  private final Owner[] held = new Owner[32];
  private int count;

  void take(Span span) {
    if (span != null && span.owner() != null) {
      span.owner().lease();
      held[count++] = span.owner();
    }
  }

  void release() {
    while (count > 0) {
      held[--count].release();
      held[count] = null;
    }
  }

  /** Leaves the leases to what is enqueued on {@code stream}. */
  void releaseBehind(CudaStream stream) {
    if (count == 0) {
      return;
    }
    List<Owner> owners = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      owners.add(held[i]);
    }
    stream.releaseWhenDone(owners);
    count = 0;
  }
}
