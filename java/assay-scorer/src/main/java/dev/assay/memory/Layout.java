package dev.assay.memory;

/** The order in which a dense batch of class scores lies in memory, outermost first. */
public enum Layout {
  /** [n, c, h, w], as PyTorch writes it. */
  NCHW,
  /** [n, h, w, c], as TensorFlow writes it. */
  NHWC;

  /** A dense tensor of this layout at a raw address. */
  public TensorView view(long address, DType dtype, long n, long c, long h, long w) {
    return this == NCHW
        ? TensorView.nchw(address, dtype, n, c, h, w)
        : TensorView.nhwc(address, dtype, n, c, h, w);
  }
}
