package dev.assay.nn;

import dev.assay.nn.backend.Tensor;

/** y = relu?(a + b); da = db = dy, with ReLU only where y > 0. */
record AddLayer(Tensor a, Tensor b, Tensor y, boolean relu) implements Layer {
  @Override
  public void forward(Plan plan) {
    plan.add(plan.backend().add(a, b, y, relu));
  }

  @Override
  public void backward(Plan plan) {
    Tensor d = plan.gradient(y);
    if (relu) {
      d = plan.newGradient(y);
      plan.add(plan.backend().reluBackward(y, plan.gradient(y), d));
    }
    plan.contribute(a, d);
    plan.contribute(b, d);
  }
}
