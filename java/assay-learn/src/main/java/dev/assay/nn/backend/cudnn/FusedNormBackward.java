package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Tensor;
import java.util.EnumMap;
import java.util.Map;

/** Gradients of {@link FusedNorm}, or of its single steps, as one graph. */
final class FusedNormBackward extends CudnnOperation {
  private final ExecutionPlan plan;
  private final Map<Role, Tensor> tensors = new EnumMap<>(Role.class);
  private VariantPack pack;

  /**
   * @param inverse what the forward operation kept
   * @param mask where dy counts; null for everywhere
   * @param dAddend takes the part of dy that counts; null if it is not wanted
   */
  FusedNormBackward(
      CudnnContext cudnn,
      ExecutionPlan plan,
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor inverse,
      Tensor mask,
      Tensor dy,
      Tensor dx,
      Tensor dAddend,
      Tensor dScale,
      Tensor dShift) {
    super(cudnn, "batch norm " + norm.scale().name() + " backward");
    this.plan = plan;
    tensors.put(Role.X, x);
    tensors.put(Role.MEAN, mean);
    tensors.put(Role.INVERSE, inverse);
    tensors.put(Role.SCALE, norm.scale());
    tensors.put(Role.MASK, mask);
    tensors.put(Role.DY, dy);
    tensors.put(Role.DX, dx);
    tensors.put(Role.D_ADDEND, dAddend);
    tensors.put(Role.D_SCALE, dScale);
    tensors.put(Role.D_SHIFT, dShift);
    reads(x, mean, inverse, mask, dy, norm.scale());
    writes(dx, dAddend, dScale, dShift);
  }

  @Override
  public long scratchBytes() {
    return plan.workspaceBytes();
  }

  @Override
  public void bind(long scratch) {
    pack = new VariantPack(cudnn(), name(), plan, VariantPack.addressesOf(tensors), scratch);
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
  }
}
