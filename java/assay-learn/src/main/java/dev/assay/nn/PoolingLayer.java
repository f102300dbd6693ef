package dev.assay.nn;

import dev.assay.nn.backend.Backend.Forward;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Tensor;

/**
 * y[n,p,q,c] = rule over x[n, stride p + r - padding, stride q + s - padding, c], r and s in [0,
 * kernel), inside the image. MAX: dx = dy at the winner of each window (the first in row order
 * among equals); AVERAGE_EXCLUDING_PADDING: dy / (pixels of the window inside the image).
 */
final class PoolingLayer implements Layer {
  private final PoolingSpec spec;
  private final Tensor x;
  private final Tensor y;
  private Tensor workspace;

  PoolingLayer(PoolingSpec spec, Tensor x, Tensor y) {
    this.spec = spec;
    this.x = x;
    this.y = y;
  }

  @Override
  public void forward(Plan plan) {
    Forward forward = plan.backend().pooling(spec, x, y);
    workspace = forward.workspace();
    plan.add(forward.operation());
  }

  @Override
  public void backward(Plan plan) {
    Tensor dx = plan.newGradient(x);
    plan.add(plan.backend().poolingBackward(spec, x, y, workspace, plan.gradient(y), dx));
    plan.contribute(x, dx);
  }
}
