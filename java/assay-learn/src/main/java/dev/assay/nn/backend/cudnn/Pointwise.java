package dev.assay.nn.backend.cudnn;

import dev.assay.kernel.ElementFunction;
import dev.assay.nn.backend.Tensor;

/** y = function(a, b) element by element, or the conversion of a to y's type. */
final class Pointwise extends CudnnOperation {
  private final ElementFunction function;
  private final Tensor a;
  private final Tensor b;
  private final Tensor y;
  private final float factor;

  /**
   * @param b null where the function has one input
   * @param factor of a product
   */
  Pointwise(
      CudnnContext cudnn, ElementFunction function, Tensor a, Tensor b, Tensor y, float factor) {
    super(cudnn, function.toString().toLowerCase(java.util.Locale.ROOT) + " " + y.name());
    this.function = function;
    this.a = a;
    this.b = b;
    this.y = y;
    this.factor = factor;
    reads(a, b);
    writes(y);
  }

  @Override
  public void run() {
    long count = y.shape().elements();
    NetworkKernels kernels = cudnn().kernels();
    if (function == ElementFunction.CAST) {
      kernels.cast(a.type(), a.address(), y.type(), y.address(), count);
    } else {
      long second = b == null ? 0 : b.address();
      kernels.elements(function, a.type(), count, a.address(), second, y.address(), factor);
    }
  }
}
