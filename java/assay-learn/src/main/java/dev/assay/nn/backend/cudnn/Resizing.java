package dev.assay.nn.backend.cudnn;

import dev.assay.kernel.Resize;
import dev.assay.kernel.ResizeRule;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.KernelTypes;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;

/** y = x resized, or dx = the transpose of that applied to dy. */
final class Resizing extends CudnnOperation {
  private final ResizeRule rule;
  private final boolean backward;
  private final Tensor from;
  private final Tensor to;
  private final Resize.Extents extents;

  private Resizing(
      CudnnContext cudnn,
      String name,
      Interpolation rule,
      boolean backward,
      Tensor from,
      Tensor to) {
    super(cudnn, name);
    this.rule = KernelTypes.of(rule);
    this.backward = backward;
    this.from = from;
    this.to = to;
    Shape x = (backward ? to : from).shape();
    Shape y = (backward ? from : to).shape();
    this.extents = new Resize.Extents(x.n(), x.c(), x.h(), x.w(), y.h(), y.w());
    reads(from);
    writes(to);
  }

  static Resizing forward(CudnnContext cudnn, Interpolation rule, Tensor x, Tensor y) {
    return new Resizing(cudnn, "resize " + y.name(), rule, false, x, y);
  }

  static Resizing backward(CudnnContext cudnn, Interpolation rule, Tensor dy, Tensor dx) {
    return new Resizing(cudnn, "resize " + dx.name() + " backward", rule, true, dy, dx);
  }

  @Override
  public void run() {
    NetworkKernels kernels = cudnn().kernels();
    if (backward) {
      kernels.resizeBackward(rule, from.type(), extents, from.address(), to.address());
    } else {
      kernels.resize(rule, from.type(), extents, from.address(), to.address());
    }
  }
}
