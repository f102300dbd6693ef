package dev.assay.nn;

import dev.assay.nn.backend.Tensor;

/** y = x's elements in the same order under another shape; so is dx of dy. */
record ReshapeLayer(Tensor x, Tensor y) implements Layer {
  @Override
  public void forward(Plan plan) {
    plan.add(plan.backend().reshape(x, y));
  }

  @Override
  public void backward(Plan plan) {
    Tensor dx = plan.newGradient(x);
    plan.add(plan.backend().reshape(plan.gradient(y), dx));
    plan.contribute(x, dx);
  }
}
