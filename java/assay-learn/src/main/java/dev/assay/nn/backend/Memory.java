package dev.assay.nn.backend;

import dev.assay.device.Exec;
import dev.assay.memory.Device;
import dev.assay.memory.Owner;

/**
 * The memory that a back end computes in, and the only way into it and out of it: an address in it
 * must not be read or written by anything but operations, kernels that run on {@link #exec}, and
 * the copies here. Copies and operations take effect in the order of the calls. Confined to one
 * thread.
 */
public interface Memory {
  /** Where the memory is. */
  Device device();

  /** Whether operations and kernels can use host addresses as they are. */
  default boolean isHost() {
    return device().isCpu();
  }

  /**
   * Allocates {@code bytes} zeroed bytes, aligned to 64.
   *
   * @param name what the block is for; appears in error messages
   */
  Owner allocate(String name, long bytes);

  /** Allocates {@code count} zeroed floats. */
  default Owner floats(String name, long count) {
    return allocate(name, Math.multiplyExact(count, Float.BYTES));
  }

  /** Copies from the host; the host's bytes may change once the call returns. */
  void copyIn(long host, long to, long bytes);

  /** Waits for all work before, then copies to the host. */
  void copyOut(long from, long host, long bytes);

  /** Copies between two places in this memory that do not overlap. */
  void copyWithin(long from, long to, long bytes);

  /** Sets bytes to 0. */
  void zero(long at, long bytes);

  /**
   * How kernels run on this memory, in order with operations and copies.
   *
   * @param threads CPU threads, 0 for all; means nothing on a GPU
   */
  Exec exec(int threads);

  /** Waits until all work so far is done. */
  void synchronise();
}
