package dev.assay.memory;

import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;

/**
 * A view, never an owner, of {@code bytes} bytes at a raw address. A span over an {@link Owner}
 * remembers it, so that a call can lease it; a raw span's memory must outlive every call the span
 * is given to. Immutable: make it once and reuse it, so that the hot path allocates nothing.
 *
 * @param address first byte
 * @param bytes size
 * @param owner what keeps the memory alive during a call, or null for memory owned elsewhere
 * @param device where the memory lies
 */
public record Span(long address, long bytes, Owner owner, Device device) {
  /** Rejects a negative size, and a null address with bytes behind it. */
  public Span {
    if (bytes < 0 || (address == 0 && bytes > 0)) {
      throw new IllegalArgumentException(
          "span address=" + address + " bytes=" + bytes + " must be a block of memory");
    }
  }

  /** Memory of the host, or where {@code owner} has it. */
  public Span(long address, long bytes, Owner owner) {
    this(address, bytes, owner, owner == null ? Device.CPU : owner.device());
  }

  /** All of {@code owner}. */
  public static Span of(Owner owner) {
    return new Span(owner.address(), owner.bytes(), owner);
  }

  /** The bytes {@code [offset, offset + bytes)} of {@code owner}. */
  public static Span of(Owner owner, long offset, long bytes) {
    if (offset < 0 || bytes < 0 || offset > owner.bytes() - bytes) {
      throw new IndexOutOfBoundsException(
          owner.name()
              + ": offset="
              + offset
              + " bytes="
              + bytes
              + " must lie in [0, "
              + owner.bytes()
              + "]");
    }
    return new Span(owner.address() + offset, bytes, owner);
  }

  /** Host memory owned elsewhere, for example by another library. */
  public static Span raw(long address, long bytes) {
    return new Span(address, bytes, null);
  }

  /** Memory of a device, owned elsewhere. */
  public static Span raw(Device device, long address, long bytes) {
    return new Span(address, bytes, null, device);
  }

  /** The remaining bytes of a direct buffer, which the caller keeps reachable. */
  public static Span of(ByteBuffer direct) {
    if (!direct.isDirect()) {
      throw new IllegalArgumentException("buffer " + direct + " must be direct (off-heap)");
    }
    return new Span(BufferUtil.address(direct) + direct.position(), direct.remaining(), null);
  }

  /** All of an Agrona buffer over off-heap memory, which the caller keeps reachable. */
  public static Span of(DirectBuffer direct) {
    if (direct.byteArray() != null
        || (direct.byteBuffer() != null && !direct.byteBuffer().isDirect())) {
      throw new IllegalArgumentException("buffer " + direct + " must be direct (off-heap)");
    }
    return new Span(direct.addressOffset(), direct.capacity(), null);
  }

  /** The same memory from byte {@code offset} on. */
  public Span from(long offset) {
    if (offset < 0 || offset > bytes) {
      throw new IndexOutOfBoundsException("offset=" + offset + " must lie in [0, " + bytes + "]");
    }
    return new Span(address + offset, bytes - offset, owner, device);
  }

  /** Keeps an owned span's memory alive until {@link #release()}; does nothing for a raw span. */
  public void lease() {
    if (owner != null) {
      owner.lease();
    }
  }

  /** Ends one lease. */
  public void release() {
    if (owner != null) {
      owner.release();
    }
  }
}
