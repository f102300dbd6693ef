package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Tensor;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Batch normalisation with the batch's statistics, the sum, ReLU and its mask as one graph. The
 * library keeps 1 / sqrt(variance + epsilon) for the gradient, as its single steps do, and blends
 * the running statistics in place.
 */
final class FusedNorm extends FusedOperation {
  private final Map<Role, FloatPointer> scalars = new EnumMap<>(Role.class);

  /** Null where y is not compared with a tensor. */
  private final Zeros.Lease zeros;

  /**
   * @param plan of {@code pattern}
   * @param inverse takes the batch's 1 / sqrt(variance + epsilon)
   * @param addend null for none
   * @param mask null for none
   */
  FusedNorm(
      CudnnContext cudnn,
      NormPattern pattern,
      ExecutionPlan plan,
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor inverse,
      Tensor addend,
      Tensor y,
      Tensor mask) {
    super(cudnn, "batch norm " + norm.scale().name(), plan);
    put(Role.X, x);
    put(Role.SCALE, norm.scale());
    put(Role.SHIFT, norm.shift());
    put(Role.OLD_MEAN, norm.runningMean());
    put(Role.OLD_VARIANCE, norm.runningVariance());
    put(Role.NEW_MEAN, norm.runningMean());
    put(Role.NEW_VARIANCE, norm.runningVariance());
    put(Role.MEAN, mean);
    put(Role.INVERSE, inverse);
    put(Role.ADDEND, addend);
    put(Role.Y, y);
    put(Role.MASK, mask);
    scalars.put(Role.EPSILON, new FloatPointer(norm.epsilon()));
    scalars.put(Role.MOMENTUM, new FloatPointer(norm.momentum()));
    scalars.put(Role.ZERO, new FloatPointer(0f));
    zeros = pattern.mask() == NormPattern.Mask.TENSOR ? cudnn.zeros().take(y.bytes()) : null;
    reads(x, norm.scale(), norm.shift(), addend);
    writes(y, mask, mean, inverse, norm.runningMean(), norm.runningVariance());
  }

  @Override
  void addAddresses(Map<Role, Long> addresses) {
    scalars.forEach((role, value) -> addresses.put(role, value.address()));
    if (zeros != null) {
      addresses.put(Role.ZERO, zeros.address());
    }
  }

  @Override
  public void close() {
    super.close();
    scalars.values().forEach(FloatPointer::close);
    if (zeros != null) {
      zeros.close();
    }
  }
}
