package dev.assay.device;

import dev.assay.memory.Owner;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Leases that asynchronous work on one stream holds: each ends with the event behind that work. */
final class HeldLeases {
  private record Held(CudaEvent event, List<Owner> owners) {
    void end() {
      event.close();
      owners.forEach(Owner::release);
    }
  }

  private final Queue<Held> held = new ArrayDeque<>();

  /** Takes over leases of {@code owners}; {@code event} lies behind the work that uses them. */
  synchronized void add(CudaEvent event, List<Owner> owners) {
    held.add(new Held(event, owners));
  }

  /** Ends the leases of work that is done; a stream's work is done in order. */
  synchronized void endDone() {
    while (!held.isEmpty() && held.peek().event().isDone()) {
      held.remove().end();
    }
  }

  /** Ends all leases: the work is done, or will never run. */
  synchronized void endAll() {
    while (!held.isEmpty()) {
      held.remove().end();
    }
  }
}
