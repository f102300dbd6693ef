package dev.assay.nn;

import dev.assay.nn.backend.Tensor;
import java.util.function.LongSupplier;

/**
 * y = m x / (1 - rate), m drawn element by element, 0 with probability {@code rate}, else 1
 * (Srivastava et al. 2014, inverted); dx = m dy / (1 - rate).
 */
final class DropoutLayer implements Layer {
  private final Tensor x;
  private final Tensor y;
  private final float rate;
  private final LongSupplier key;
  private final Tensor mask;

  DropoutLayer(Tensor x, Tensor y, float rate, LongSupplier key) {
    this.x = x;
    this.y = y;
    this.rate = rate;
    this.key = key;
    this.mask = new Tensor(y.name() + " mask", x.shape(), x.type());
  }

  @Override
  public boolean isStochastic() {
    return true;
  }

  @Override
  public void forward(Plan plan) {
    plan.add(plan.backend().dropoutMask(mask, rate, key));
    plan.add(plan.backend().multiply(x, mask, y, 1 / (1 - rate)));
  }

  @Override
  public void backward(Plan plan) {
    Tensor dx = plan.newGradient(x);
    plan.add(plan.backend().multiply(plan.gradient(y), mask, dx, 1 / (1 - rate)));
    plan.contribute(x, dx);
  }
}
