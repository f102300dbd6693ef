package dev.assay.nn.backend;

import java.util.List;

/**
 * Operations that run one after the other, as often as asked. Does not own the operations, which
 * outlive it. Confined to one thread.
 */
public interface Program extends AutoCloseable {
  /** Does the work of all operations, or on a device enqueues it; allocates nothing. */
  void run();

  /** Waits for the last run, whatever becomes of it; the operations can be closed then. */
  @Override
  default void close() {}

  /** Runs the operations as they are. */
  static Program plain(List<Operation> operations) {
    List<Operation> all = List.copyOf(operations);
    return () -> {
      for (int i = 0; i < all.size(); i++) {
        all.get(i).run();
      }
    };
  }
}
