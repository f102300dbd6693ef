package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_WGRAD_MODE_ADD;
import static org.bytedeco.cuda.global.cudnn.cudnnRNNBackwardData_v8;
import static org.bytedeco.cuda.global.cudnn.cudnnRNNBackwardWeights_v8;

import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.Tensor;

/**
 * dx and the gradients of all weights. The library takes what the forward operation kept, changes
 * it, and adds to gradients, which therefore start from zero.
 */
final class LstmBackward extends LstmOperation {
  private final Tensor x;
  private final Tensor y;
  private final Tensor reserve;
  private final Tensor dy;
  private final Tensor dx;
  private final LstmWeights dw;
  private RawPointer in;
  private RawPointer out;
  private RawPointer kept;
  private RawPointer seed;
  private RawPointer gradient;
  private RawPointer workspace;
  private RawPointer sums;
  private RecurrentWeights gradients;

  LstmBackward(
      CudnnContext cudnn,
      LstmSpec spec,
      Tensor x,
      LstmWeights w,
      Tensor y,
      Tensor reserve,
      Tensor dy,
      Tensor dx,
      LstmWeights dw) {
    super(cudnn, "lstm " + y.name() + " backward", spec, x, w, y, true);
    this.x = x;
    this.y = y;
    this.reserve = reserve;
    this.dy = dy;
    this.dx = dx;
    this.dw = dw;
    reads(y, reserve, dy);
    writes(dx);
    writes(dw.tensors().toArray(Tensor[]::new));
  }

  @Override
  public long scratchBytes() {
    return aligned(recurrence().weightBytes()) + recurrence().workspaceBytes();
  }

  @Override
  public void bind(long scratch) {
    super.bind(scratch);
    in = RawPointer.to(x);
    out = RawPointer.to(y);
    kept = RawPointer.to(reserve);
    seed = RawPointer.to(dy);
    gradient = RawPointer.to(dx);
    sums = new RawPointer(scratch);
    workspace = new RawPointer(scratch + aligned(recurrence().weightBytes()));
    gradients = placed(dw, scratch);
  }

  @Override
  public void run() {
    runData();
    cudnn().memory().zero(sums.address(), recurrence().weightBytes());
    runWeights();
    gradients.store();
  }

  private void runData() {
    Recurrence r = recurrence();
    check(
        cudnnRNNBackwardData_v8(
            cudnn().handle(),
            r.rule(),
            lengths(),
            r.y(),
            out,
            seed,
            r.x(),
            gradient,
            r.states(),
            null,
            null,
            null,
            r.states(),
            null,
            null,
            null,
            r.weightBytes(),
            weights(),
            r.workspaceBytes(),
            workspace,
            r.reserveBytes(),
            kept));
  }

  private void runWeights() {
    Recurrence r = recurrence();
    check(
        cudnnRNNBackwardWeights_v8(
            cudnn().handle(),
            r.rule(),
            CUDNN_WGRAD_MODE_ADD,
            lengths(),
            r.x(),
            in,
            r.states(),
            null,
            r.y(),
            out,
            r.weightBytes(),
            sums,
            r.workspaceBytes(),
            workspace,
            r.reserveBytes(),
            kept));
  }
}
