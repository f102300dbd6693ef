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
final class FusedNorm extends CudnnOperation {
  private final ExecutionPlan plan;
  private final Map<Role, Tensor> tensors = new EnumMap<>(Role.class);
  private final Map<Role, FloatPointer> scalars = new EnumMap<>(Role.class);
  private VariantPack pack;

  /**
   * @param inverse takes the batch's 1 / sqrt(variance + epsilon)
   * @param addend null for none
   * @param mask null for none
   */
  FusedNorm(
      CudnnContext cudnn,
      ExecutionPlan plan,
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor inverse,
      Tensor addend,
      Tensor y,
      Tensor mask) {
    super(cudnn, "batch norm " + norm.scale().name());
    this.plan = plan;
    tensors.put(Role.X, x);
    tensors.put(Role.SCALE, norm.scale());
    tensors.put(Role.SHIFT, norm.shift());
    tensors.put(Role.OLD_MEAN, norm.runningMean());
    tensors.put(Role.OLD_VARIANCE, norm.runningVariance());
    tensors.put(Role.NEW_MEAN, norm.runningMean());
    tensors.put(Role.NEW_VARIANCE, norm.runningVariance());
    tensors.put(Role.MEAN, mean);
    tensors.put(Role.INVERSE, inverse);
    tensors.put(Role.ADDEND, addend);
    tensors.put(Role.Y, y);
    tensors.put(Role.MASK, mask);
    scalars.put(Role.EPSILON, new FloatPointer(norm.epsilon()));
    scalars.put(Role.MOMENTUM, new FloatPointer(norm.momentum()));
    scalars.put(Role.ZERO, new FloatPointer(0f));
    reads(x, norm.scale(), norm.shift(), addend);
    writes(y, mask, mean, inverse, norm.runningMean(), norm.runningVariance());
  }

  @Override
  public long scratchBytes() {
    return plan.workspaceBytes();
  }

  @Override
  public void bind(long scratch) {
    Map<Role, Long> addresses = VariantPack.addressesOf(tensors);
    scalars.forEach((role, value) -> addresses.put(role, value.address()));
    pack = new VariantPack(cudnn(), name(), plan, addresses, scratch);
  }

  @Override
  public void run() {
    pack.execute();
  }

  @Override
  public void close() {
    super.close();
    if (pack != null) {
      pack.close();
    }
    scalars.values().forEach(FloatPointer::close);
  }
}
