package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Backend.Forward;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.List;
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
    for (NormPattern.Mask mask : masks(x, addend != null, relu)) {
      NormPattern pattern = new NormPattern(x.shape(), x.type(), addend != null, relu, mask);
      Optional<ExecutionPlan> plan = cudnn.plans().find(pattern);
      if (plan.isPresent()) {
        Tensor bits = mask == NormPattern.Mask.NONE ? null : bits(y);
        Operation operation =
            new FusedNorm(cudnn, pattern, plan.get(), norm, x, mean, inverse, addend, y, bits);
        return forward(operation, relu, y, bits);
      }
    }
    return forward(
        new BatchNormTraining(cudnn, norm, x, mean, inverse, addend, y, relu), relu, y, null);
  }

  /** The gradient of ReLU needs the mask, or the result itself. */
  private static Forward forward(Operation operation, boolean relu, Tensor y, Tensor bits) {
    return new Forward(operation, relu && bits == null ? y : bits);
  }

  private static Tensor bits(Tensor y) {
    long bytes = GraphTensors.bitBytes(y.shape());
    return Tensor.vector(y.name() + " mask", bytes, ElementType.U8);
  }

  /** Masks are written only where there is a plan that reads them again; the best first. */
  private List<NormPattern.Mask> masks(Tensor x, boolean addend, boolean relu) {
    return relu && gradients(x, true, addend).isPresent()
        ? List.of(NormPattern.Mask.VALUE, NormPattern.Mask.TENSOR, NormPattern.Mask.NONE)
        : List.of(NormPattern.Mask.NONE);
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
