package dev.assay.memory;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/**
 * A view, never an owner, of class scores of logical shape [n, c, h, w] at a raw address; strides
 * are in elements, so NCHW, NHWC and crops of either are the same type. The memory must outlive
 * every call the view is given to.
 *
 * <p>The fields are DLPack's (data, dtype, shape, strides), for memory of the host. There is no
 * view of device memory yet: the engine owns no stream that such a view could be ordered on, so a
 * DLPack tensor on a device is refused by having no place to go rather than read from the wrong
 * side.
 */
public record TensorView(
    long address,
    DType dtype,
    long n,
    long c,
    long h,
    long w,
    long strideN,
    long strideC,
    long strideH,
    long strideW) {

  /** A dense [n, c, h, w] tensor. */
  public static TensorView nchw(long address, DType dtype, long n, long c, long h, long w) {
    return new TensorView(address, dtype, n, c, h, w, c * h * w, h * w, w, 1);
  }

  /** A dense [n, h, w, c] tensor. */
  public static TensorView nhwc(long address, DType dtype, long n, long c, long h, long w) {
    return new TensorView(address, dtype, n, c, h, w, h * w * c, 1, w * c, c);
  }

  /**
   * A dense tensor in a direct buffer, from its position on; the caller keeps the buffer reachable.
   *
   * @throws IllegalArgumentException if the buffer is on the heap or too short
   */
  public static TensorView of(
      ByteBuffer direct, Layout layout, DType dtype, long n, long c, long h, long w) {
    return of(Span.of(direct), layout, dtype, n, c, h, w);
  }

  /** The same in an Agrona buffer over off-heap memory, from its first byte on. */
  public static TensorView of(
      DirectBuffer direct, Layout layout, DType dtype, long n, long c, long h, long w) {
    return of(Span.of(direct), layout, dtype, n, c, h, w);
  }

  /** The same in a block of memory, whose owner, if any, the caller keeps open. */
  public static TensorView of(
      Span span, Layout layout, DType dtype, long n, long c, long h, long w) {
    long needed = dtype.bytes();
    for (long side : new long[] {n, c, h, w}) {
      if (side < 1) {
        throw new IllegalArgumentException("side=" + side + " must be >= 1");
      }
      needed = Math.multiplyExact(needed, side);
    }
    if (span.bytes() < needed) {
      throw new IllegalArgumentException(
          "buffer of " + span.bytes() + " bytes must hold at least " + needed);
    }
    return layout.view(span.address(), dtype, n, c, h, w);
  }

  /** The images {@code [from, from + count)} of this batch. */
  public TensorView images(long from, long count) {
    if (from < 0 || count < 0 || from + count > n) {
      throw new IndexOutOfBoundsException(
          "images [" + from + ", " + (from + count) + ") must lie in [0, " + n + ")");
    }
    return new TensorView(
        address + from * strideN * dtype.bytes(),
        dtype,
        count,
        c,
        h,
        w,
        strideN,
        strideC,
        strideH,
        strideW);
  }
}
