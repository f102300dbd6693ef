package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Backend.Forward;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.Optional;

/**
 * Chooses how a training step's batch normalisation is computed: as one graph where the library has
 * one, else in single steps. In one graph the activations are read twice and written once forward,
 * and a mask of one bit per element stands for y backward; in single steps the sum and ReLU are a
 * pass of their own in both directions.
 */
final class Normalisations {
  private final CudnnContext cudnn;

  Normalisations(CudnnContext cudnn) {
    this.cudnn = cudnn;
  }

  Forward training(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor inverse,
      Tensor addend,
      Tensor y,
      boolean relu) {
    if (x.shape().elements() / x.shape().c() < 2) {
      throw new IllegalArgumentException(
          "batch normalisation of " + x + ": training needs more than one value per channel");
    }
    // The gradient of ReLU needs its result, or the mask.
    if (relu) {
      Optional<ExecutionPlan> withMask = withMask(x, addend != null);
      if (withMask.isPresent()) {
        long bytes = GraphTensors.bitBytes(y.shape());
        Tensor mask = Tensor.vector(y.name() + " mask", bytes, ElementType.U8);
        return new Forward(
            new FusedNorm(cudnn, withMask.get(), norm, x, mean, inverse, addend, y, mask), mask);
      }
    }
    Optional<ExecutionPlan> plan =
        cudnn.plans().find(new NormPattern(x.shape(), x.type(), addend != null, relu, false));
    Operation operation =
        plan.isPresent()
            ? new FusedNorm(cudnn, plan.get(), norm, x, mean, inverse, addend, y, null)
            : new BatchNormTraining(cudnn, norm, x, mean, inverse, addend, y, relu);
    return new Forward(operation, relu ? y : null);
  }

  /** A plan that writes the mask, if there is one that reads it again. */
  private Optional<ExecutionPlan> withMask(Tensor x, boolean addend) {
    return gradients(x, true, addend)
        .flatMap(
            gradients ->
                cudnn.plans().find(new NormPattern(x.shape(), x.type(), addend, true, true)));
  }

  private Optional<ExecutionPlan> gradients(Tensor x, boolean mask, boolean addend) {
    return cudnn.plans().find(new NormGradientPattern(x.shape(), x.type(), mask, addend));
  }

  Operation backward(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor inverse,
      Tensor workspace,
      Tensor dy,
      Tensor dx,
      Tensor dAddend,
      Tensor dScale,
      Tensor dShift,
      boolean relu) {
    Tensor mask = workspace != null && workspace.type() == ElementType.U8 ? workspace : null;
    boolean inSteps = relu && mask == null;
    Optional<ExecutionPlan> plan =
        inSteps ? Optional.empty() : gradients(x, mask != null, dAddend != null);
    if (plan.isPresent()) {
      return new FusedNormBackward(
          cudnn, plan.get(), norm, x, mean, inverse, mask, dy, dx, dAddend, dScale, dShift);
    }
    return new BatchNormBackward(
        cudnn, norm, x, mean, inverse, workspace, dy, dx, dAddend, dScale, dShift);
  }
}
