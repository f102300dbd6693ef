package dev.assay.memory;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Owner of one block of host memory, aligned to 64 bytes and zeroed.
 *
 * <p>Ownership: whoever allocates closes. Native calls that use the address take a lease for their
 * duration ({@link #lease()} in a {@code try}, {@link #release()} in {@code finally}); closing a
 * leased buffer throws instead of freeing memory under a running call. {@link #close()} is
 * idempotent.
 *
 * <p>Thread safety: leases and close are safe from any thread; the bytes themselves are not
 * synchronised.
 */
public final class HostBuffer implements AutoCloseable {
  /** Alignment of every buffer's first byte: a cache line, and the widest vector. */
  public static final int ALIGNMENT = 64;

  private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
  private static final int CLOSED = Integer.MIN_VALUE;

  private final String name;
  private final long bytes;
  private final long block;
  private final long address;
  private final AtomicInteger leases = new AtomicInteger();
  private final UnsafeBuffer view;

  private HostBuffer(String name, long bytes) {
    this.name = name;
    this.bytes = bytes;
    this.block = UnsafeApi.allocateMemory(Math.addExact(bytes, ALIGNMENT));
    this.address = (block + ALIGNMENT - 1) & -ALIGNMENT;
    UnsafeApi.setMemory(address, bytes, (byte) 0);
    this.view = bytes <= Integer.MAX_VALUE ? new UnsafeBuffer(address, (int) bytes) : null;
    LeakCheck.opened(this, name);
  }

  /**
   * Allocates {@code bytes} zeroed bytes.
   *
   * @param name what the buffer is for; appears in error messages
   * @throws IllegalArgumentException if {@code bytes} is negative
   * @throws OutOfMemoryError if the host has not that much memory
   */
  public static HostBuffer allocate(String name, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(name + ": bytes=" + bytes + " must be >= 0");
    }
    return new HostBuffer(name, bytes);
  }

  /** Allocates {@code count} zeroed floats. */
  public static HostBuffer floats(String name, long count) {
    return allocate(name, Math.multiplyExact(count, Float.BYTES));
  }

  /** First byte; never valid after {@link #close()}. */
  public long address() {
    requireOpen();
    return address;
  }

  /** Size in bytes. */
  public long bytes() {
    return bytes;
  }

  /** What the buffer is for. */
  public String name() {
    return name;
  }

  /**
   * The whole buffer as an Agrona view, which the owner empties on close so that late access fails
   * its bounds check.
   *
   * @throws IllegalStateException if the buffer is closed or larger than an Agrona view can be (2
   *     GiB)
   */
  public UnsafeBuffer view() {
    requireOpen();
    if (view == null) {
      throw new IllegalStateException(name + ": " + bytes + " bytes exceed one 2 GiB view");
    }
    return view;
  }

  /** Address of the {@code index}-th float, bounds-checked. */
  public long floatAddress(long index) {
    return address() + Float.BYTES * checkIndex(index, Float.BYTES);
  }

  /** Reads the {@code index}-th float. */
  public float getFloat(long index) {
    return UnsafeApi.getFloat(floatAddress(index));
  }

  /** Writes the {@code index}-th float. */
  public void putFloat(long index, float value) {
    UnsafeApi.putFloat(floatAddress(index), value);
  }

  /** Reads byte {@code index}. */
  public byte getByte(long index) {
    return UnsafeApi.getByte(address() + checkIndex(index, 1));
  }

  /** Writes byte {@code index}. */
  public void putByte(long index, byte value) {
    UnsafeApi.putByte(address() + checkIndex(index, 1), value);
  }

  /** Copies {@code length} bytes of {@code source} from {@code offset} on to byte {@code index}. */
  public void putBytes(long index, byte[] source, int offset, int length) {
    checkRange(index, length);
    Objects.checkFromIndexSize(offset, length, source.length);
    UnsafeApi.copyMemory(source, BYTES + offset, null, address() + index, length);
  }

  /** Copies {@code length} bytes from byte {@code index} on to {@code target} at {@code offset}. */
  public void getBytes(long index, byte[] target, int offset, int length) {
    checkRange(index, length);
    Objects.checkFromIndexSize(offset, length, target.length);
    UnsafeApi.copyMemory(null, address() + index, target, BYTES + offset, length);
  }

  /** Keeps the memory alive until {@link #release()}. */
  public HostBuffer lease() {
    if (leases.updateAndGet(n -> n < 0 ? n : n + 1) < 0) {
      throw closed();
    }
    return this;
  }

  /** Ends one lease. */
  public void release() {
    if (leases.getAndUpdate(n -> n > 0 ? n - 1 : n) <= 0) {
      throw new IllegalStateException(name + ": release without a lease");
    }
  }

  /**
   * Frees the memory.
   *
   * @throws IllegalStateException if a lease is held; the buffer then stays open
   */
  @Override
  public void close() {
    int before = leases.getAndUpdate(n -> n == 0 ? CLOSED : n);
    if (before < 0) {
      return;
    }
    if (before > 0) {
      throw new IllegalStateException(
          "HostBuffer "
              + name
              + " ("
              + bytes
              + " bytes) is in use by "
              + before
              + " call(s); close it after they return");
    }
    if (view != null) {
      view.wrap(0, 0);
    }
    UnsafeApi.freeMemory(block);
    LeakCheck.closed(this);
  }

  private long checkIndex(long index, int width) {
    if (index < 0 || index >= bytes / width) {
      throw new IndexOutOfBoundsException(
          name + ": index=" + index + " must be in [0, " + bytes / width + ")");
    }
    return index;
  }

  private void checkRange(long index, int length) {
    if (index < 0 || length < 0 || index > bytes - length) {
      throw new IndexOutOfBoundsException(
          name
              + ": ["
              + index
              + ", "
              + index
              + " + "
              + length
              + ") must lie in [0, "
              + bytes
              + ")");
    }
  }

  /**
   * Checks that the memory is still there; for views that hold its address.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public void requireOpen() {
    if (leases.get() < 0) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("HostBuffer " + name + " (" + bytes + " bytes) is closed");
  }
}
