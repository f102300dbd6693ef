package dev.assay.nn;

import dev.assay.nn.backend.Backend.Epilogue;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Tensor;

/**
 * y[n,p,q,o] = b[o] + sum_{i,r,s} w[o,i,r,s] x[n, stride p + dilation r - padding, stride q +
 * dilation s - padding, i]; x outside the image is 0; i runs over the channels of o's group.
 *
 * <p>dx = the adjoint in x; dw[o,i,r,s] = sum_{n,p,q} dy[n,p,q,o] x[...]; db[o] = sum dy[..,o].
 */
final class ConvolutionLayer implements Layer {
  private final ConvolutionSpec spec;
  private final Tensor x;
  private final Parameter w;
  private final Parameter b;
  private final Tensor y;

  ConvolutionLayer(ConvolutionSpec spec, Tensor x, Parameter w, Parameter b, Tensor y) {
    this.spec = spec;
    this.x = x;
    this.w = w;
    this.b = b;
    this.y = y;
  }

  @Override
  public void forward(Plan plan) {
    Tensor bias = b == null ? null : b.value();
    plan.add(plan.backend().convolution(spec, x, w.value(), bias, y, Epilogue.NONE));
  }

  @Override
  public void backward(Plan plan) {
    Tensor dy = plan.gradient(y);
    if (dy.type() != x.type()) {
      Tensor same = new Tensor(dy.name() + " as " + x.type(), dy.shape(), x.type());
      plan.add(plan.backend().cast(dy, same));
      dy = same;
    }
    Tensor db = b == null ? null : b.gradient();
    plan.add(plan.backend().convolutionBackwardWeights(spec, x, dy, w.gradient(), db));
    if (plan.wantsGradient(x)) {
      Tensor dx = plan.newGradient(x);
      plan.add(plan.backend().convolutionBackwardData(spec, dy, w.value(), dx));
      plan.contribute(x, dx);
    }
  }
}
