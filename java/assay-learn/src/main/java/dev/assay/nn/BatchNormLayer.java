package dev.assay.nn;

import dev.assay.nn.backend.Backend.Forward;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Tensor;

/**
 * y = relu?(scale xhat + shift + addend?), xhat = (x - m) / sqrt(v + epsilon), per channel (Ioffe
 * and Szegedy 2015). In training m and v are the batch's mean and biased variance over the N values
 * of a channel, and running = (1 - momentum) running + momentum batch, with v N / (N - 1) as torch
 * has it; otherwise m and v are the running statistics, and there is no addend.
 *
 * <p>With g = dy where y > 0 (or dy without ReLU): daddend = g; dshift = sum g; dscale = sum g
 * xhat; dx = scale / sqrt(v + epsilon) (g - dshift / N - xhat dscale / N).
 */
final class BatchNormLayer implements Layer {
  private final NormParameters parameters;
  private final Tensor x;
  private final Tensor addend;
  private final Tensor y;
  private final boolean relu;
  private final Mode mode;
  private final Tensor mean;
  private final Tensor variance;
  private Tensor workspace;

  /**
   * @param addend null for none
   */
  BatchNormLayer(
      NormParameters parameters, Tensor x, Tensor addend, Tensor y, boolean relu, Mode mode) {
    this.parameters = parameters;
    this.x = x;
    this.addend = addend;
    this.y = y;
    this.relu = relu;
    this.mode = mode;
    this.mean = Tensor.vector(y.name() + " mean", x.shape().c(), ElementType.F32);
    this.variance = Tensor.vector(y.name() + " variance", x.shape().c(), ElementType.F32);
  }

  @Override
  public void forward(Plan plan) {
    if (mode != Mode.TRAINING) {
      plan.add(plan.backend().batchNormInference(parameters.tensors(), x, y, relu));
      return;
    }
    Forward forward =
        plan.backend().batchNormTraining(parameters.tensors(), x, mean, variance, addend, y, relu);
    workspace = forward.workspace();
    plan.add(forward.operation());
  }

  @Override
  public void backward(Plan plan) {
    Tensor dx = plan.newGradient(x);
    Tensor dy = plan.gradient(y);
    Tensor dAddend = addend != null && relu ? plan.newGradient(addend) : null;
    plan.add(
        plan.backend()
            .batchNormBackward(
                parameters.tensors(),
                x,
                mean,
                variance,
                workspace,
                dy,
                dx,
                dAddend,
                parameters.scale().gradient(),
                parameters.shift().gradient(),
                relu));
    if (addend != null) {
      plan.contribute(addend, relu ? dAddend : dy);
    }
    plan.contribute(x, dx);
  }
}
