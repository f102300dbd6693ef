package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Tensor;

/** Gradients of {@link FusedNorm}, or of its single steps, as one graph. */
final class FusedNormBackward extends FusedOperation {
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
    super(cudnn, "batch norm " + norm.scale().name() + " backward", plan);
    put(Role.X, x);
    put(Role.MEAN, mean);
    put(Role.INVERSE, inverse);
    put(Role.SCALE, norm.scale());
    put(Role.MASK, mask);
    put(Role.DY, dy);
    put(Role.DX, dx);
    put(Role.D_ADDEND, dAddend);
    put(Role.D_SCALE, dScale);
    put(Role.D_SHIFT, dShift);
    reads(x, mean, inverse, mask, dy, norm.scale());
    writes(dx, dAddend, dScale, dShift);
  }
}
