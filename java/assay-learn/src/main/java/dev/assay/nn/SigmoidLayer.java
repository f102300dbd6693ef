package dev.assay.nn;

import dev.assay.nn.backend.Tensor;

/** y = 1 / (1 + exp(-x)); dx = dy y (1 - y). */
record SigmoidLayer(Tensor x, Tensor y) implements Layer {
  @Override
  public void forward(Plan plan) {
    plan.add(plan.backend().sigmoid(x, y));
  }

  @Override
  public void backward(Plan plan) {
    Tensor dx = plan.newGradient(x);
    plan.add(plan.backend().sigmoidBackward(y, plan.gradient(y), dx));
    plan.contribute(x, dx);
  }
}
