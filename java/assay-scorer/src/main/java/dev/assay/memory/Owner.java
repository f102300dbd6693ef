package dev.assay.memory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What frees one block of memory, of the host or of a device.
 *
 * <p>Ownership: whoever allocates closes. Calls that use the address take a lease for their
 * duration ({@link #lease()} in a {@code try}, {@link #release()} in {@code finally}); closing a
 * leased block throws instead of freeing memory under a running call. {@link #close()} is
 * idempotent.
 *
 * <p>Thread safety: leases and close are safe from any thread; the bytes themselves are not
 * synchronised.
 */
public abstract class Owner implements AutoCloseable {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final String name;
  private final Device device;
  private final long address;
  private final long bytes;
  private final AtomicInteger leases = new AtomicInteger();

  /** Takes over a block that {@link #free(long)} will free. */
  protected Owner(String name, Device device, long address, long bytes) {
    this.name = name;
    this.device = device;
    this.address = address;
    this.bytes = bytes;
    LeakCheck.opened(this, name);
  }

  /** Gives the block back; called once, when no lease is held. */
  protected abstract void free(long address);

  /** Where the memory lies. */
  public final Device device() {
    return device;
  }

  /** First byte; never valid after {@link #close()}. */
  public final long address() {
    requireOpen();
    return address;
  }

  /** Size in bytes. */
  public final long bytes() {
    return bytes;
  }

  /** What the block is for. */
  public final String name() {
    return name;
  }

  /** Keeps the memory alive until {@link #release()}. */
  public final void lease() {
    if (leases.updateAndGet(n -> n < 0 ? n : n + 1) < 0) {
      throw closed();
    }
  }

  /** Ends one lease. */
  public final void release() {
    if (leases.getAndUpdate(n -> n > 0 ? n - 1 : n) <= 0) {
      throw new IllegalStateException(name + ": release without a lease");
    }
  }

  /**
   * Frees the memory.
   *
   * @throws IllegalStateException if a lease is held; the block then stays open
   */
  @Override
  public final void close() {
    int before = leases.getAndUpdate(n -> n == 0 ? CLOSED : n);
    if (before < 0) {
      return;
    }
    if (before > 0) {
      throw new IllegalStateException(
          this + " is in use by " + before + " call(s); close it after they are done");
    }
    LeakCheck.closed(this);
    free(address);
  }

  /**
   * Checks that the memory is still there; for views that hold its address.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public final void requireOpen() {
    if (leases.get() < 0) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException(this + " is closed");
  }

  /** Its type, name and size. */
  @Override
  public final String toString() {
    return getClass().getSimpleName() + " " + name + " (" + bytes + " bytes)";
  }
}
