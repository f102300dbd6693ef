package dev.assay.nn.backend;

import dev.assay.device.Device;
import dev.assay.device.Exec;

/**
 * The memory that a back end computes in, and the only way into it and out of it: an address of a
 * {@link Block} must not be read or written by anything but operations, kernels that run on {@link
 * #exec}, and the copies here. Copies and operations take effect in the order of the calls.
 * Confined to one thread.
 */
public interface Memory {
  /** A zeroed piece of this memory, aligned to 64 bytes; whoever allocates closes. */
  interface Block extends AutoCloseable {
    /** First byte; never valid after {@link #close()}. */
    long address();

    /** Size in bytes. */
    long bytes();

    @Override
    void close();
  }

  /** Where the memory is. */
  Device device();

  /** Whether operations and kernels can use host addresses as they are. */
  default boolean isHost() {
    return device().isCpu();
  }

  /**
   * Allocates {@code bytes} zeroed bytes.
   *
   * @param name what the block is for; appears in error messages
   */
  Block allocate(String name, long bytes);

  /** Allocates {@code count} zeroed floats. */
  default Block floats(String name, long count) {
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
