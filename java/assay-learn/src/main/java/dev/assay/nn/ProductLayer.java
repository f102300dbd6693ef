package dev.assay.nn;

import dev.assay.nn.backend.Tensor;

/** y = a b, element by element; da = dy b; db = dy a. */
record ProductLayer(Tensor a, Tensor b, Tensor y) implements Layer {
  @Override
  public void forward(Plan plan) {
    plan.add(plan.backend().multiply(a, b, y, 1));
  }

  @Override
  public void backward(Plan plan) {
    contribute(plan, a, b);
    contribute(plan, b, a);
  }

  private void contribute(Plan plan, Tensor factor, Tensor other) {
    if (plan.wantsGradient(factor)) {
      Tensor d = plan.newGradient(factor);
      plan.add(plan.backend().multiply(plan.gradient(y), other, d, 1));
      plan.contribute(factor, d);
    }
  }
}
