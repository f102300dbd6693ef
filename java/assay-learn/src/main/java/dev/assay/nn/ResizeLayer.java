package dev.assay.nn;

import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.Tensor;

/** y = R_h x R_w^T for each image and channel, R the interpolation's weights; dx = R_h^T dy R_w. */
record ResizeLayer(Interpolation rule, Tensor x, Tensor y) implements Layer {
  @Override
  public void forward(Plan plan) {
    plan.add(plan.backend().resize(rule, x, y));
  }

  @Override
  public void backward(Plan plan) {
    if (plan.wantsGradient(x)) {
      Tensor dx = plan.newGradient(x);
      plan.add(plan.backend().resizeBackward(rule, plan.gradient(y), dx));
      plan.contribute(x, dx);
    }
  }
}
