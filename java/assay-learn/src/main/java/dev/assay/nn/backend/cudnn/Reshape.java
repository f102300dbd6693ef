package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Tensor;

/** Copies a dense tensor into one of another shape: the order of the elements stays. */
final class Reshape extends CudnnOperation {
  private final Tensor x;
  private final Tensor y;

  Reshape(CudnnContext cudnn, Tensor x, Tensor y) {
    super(cudnn, "reshape " + y.name());
    if (x.bytes() != y.bytes() || x.type() != y.type()) {
      throw new IllegalArgumentException("reshape of " + x + " to " + y + ": sizes differ");
    }
    this.x = x;
    this.y = y;
    reads(x);
    writes(y);
  }

  @Override
  public void run() {
    cudnn().memory().copyWithin(x.address(), y.address(), x.bytes());
  }
}
