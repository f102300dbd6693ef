package dev.assay.memory;

/**
 * A view, never an owner, of class scores of logical shape [n, c, h, w] at a raw address; strides
 * are in elements, so NCHW, NHWC and crops of either are the same type (DLPack's fields). The
 * memory must outlive every call the view is given to.
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
