package dev.assay.nn;

import dev.assay.nn.backend.Tensor;

/** y = x rounded to y's element type; dx = dy in x's. */
record CastLayer(Tensor x, Tensor y) implements Layer {
  @Override
  public void forward(Plan plan) {
    plan.add(plan.backend().cast(x, y));
  }

  @Override
  public void backward(Plan plan) {
    if (plan.wantsGradient(x)) {
      Tensor dx = plan.newGradient(x);
      plan.add(plan.backend().cast(plan.gradient(y), dx));
      plan.contribute(x, dx);
    }
  }
}
