package dev.assay.memory;

import java.util.Objects;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/** Owner of one block of host memory, aligned to 64 bytes and zeroed. */
public final class HostBuffer extends Owner {
  /** Alignment of every buffer's first byte: a cache line, and the widest vector. */
  public static final int ALIGNMENT = 64;

  private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

  private final long block;
  private final UnsafeBuffer view;

  private HostBuffer(String name, long bytes, long block) {
    super(name, Device.CPU, (block + ALIGNMENT - 1) & -ALIGNMENT, bytes);
    this.block = block;
    UnsafeApi.setMemory(address(), bytes, (byte) 0);
    this.view = bytes <= Integer.MAX_VALUE ? new UnsafeBuffer(address(), (int) bytes) : null;
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
    return new HostBuffer(name, bytes, UnsafeApi.allocateMemory(Math.addExact(bytes, ALIGNMENT)));
  }

  /** Allocates {@code count} zeroed floats. */
  public static HostBuffer floats(String name, long count) {
    return allocate(name, Math.multiplyExact(count, Float.BYTES));
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
      throw new IllegalStateException(name() + ": " + bytes() + " bytes exceed one 2 GiB view");
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

  @Override
  protected void free(long address) {
    if (view != null) {
      view.wrap(0, 0);
    }
    UnsafeApi.freeMemory(block);
  }

  private long checkIndex(long index, int width) {
    if (index < 0 || index >= bytes() / width) {
      throw new IndexOutOfBoundsException(
          name() + ": index=" + index + " must be in [0, " + bytes() / width + ")");
    }
    return index;
  }

  private void checkRange(long index, int length) {
    if (index < 0 || length < 0 || index > bytes() - length) {
      throw new IndexOutOfBoundsException(
          name()
              + ": ["
              + index
              + ", "
              + index
              + " + "
              + length
              + ") must lie in [0, "
              + bytes()
              + ")");
    }
  }
}
