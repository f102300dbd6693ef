package dev.assay.memory;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/**
 * A view, never an owner, of class scores of logical shape [n, c, h, w] at a raw address; strides
 * are in elements, so NCHW, NHWC and crops of either are the same type. The memory must outlive
 * every call the view is given to.
 *
 * <p>The fields are DLPack's (data, dtype, shape, strides, device). Memory of a device is ordered
 * by the stream of the call that reads it: what wrote it must have run on that stream, or be waited
 * for by it.
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
    long strideW,
    Device device) {

  /** In memory of the host. */
  public TensorView(
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
    this(address, dtype, n, c, h, w, strideN, strideC, strideH, strideW, Device.CPU);
  }

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
    return layout.view(span.address(), dtype, n, c, h, w).on(span.device(), span.address());
  }

  /** A tensor of the same shape and strides at {@code there} on {@code where}. */
  public TensorView on(Device where, long there) {
    return new TensorView(there, dtype, n, c, h, w, strideN, strideC, strideH, strideW, where);
  }

  /**
   * Bytes from the first element to behind the last; strides must not be negative.
   *
   * @throws ArithmeticException if they exceed 64 bits
   */
  public long extent() {
    if (n == 0 || c == 0 || h == 0 || w == 0) {
      return 0;
    }
    long last = Math.multiplyExact(n - 1, strideN);
    last = Math.addExact(last, Math.multiplyExact(c - 1, strideC));
    last = Math.addExact(last, Math.multiplyExact(h - 1, strideH));
    last = Math.addExact(last, Math.multiplyExact(w - 1, strideW));
    return Math.multiplyExact(Math.addExact(last, 1), (long) dtype.bytes());
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
        strideW,
        device);
  }
}
