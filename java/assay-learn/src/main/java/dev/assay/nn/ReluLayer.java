package dev.assay.nn;

import dev.assay.nn.backend.Tensor;

/** y = max(x, 0); dx = dy where y > 0, else 0. */
record ReluLayer(Tensor x, Tensor y) implements Layer {
  @Override
  public void forward(Plan plan) {
    plan.add(plan.backend().relu(x, y));
  }

  @Override
  public void backward(Plan plan) {
    Tensor dx = plan.newGradient(x);
    plan.add(plan.backend().reluBackward(y, plan.gradient(y), dx));
    plan.contribute(x, dx);
  }
}
