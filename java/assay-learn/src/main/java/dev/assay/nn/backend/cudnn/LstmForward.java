package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnRNNForward;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.Tensor;

/** y = the hidden states of all steps, from states of zero. */
final class LstmForward extends LstmOperation {
  private final Tensor x;
  private final Tensor y;
  private final Tensor reserve;
  private RawPointer in;
  private RawPointer out;
  private RawPointer workspace;
  private RawPointer kept;

  LstmForward(
      CudnnContext cudnn, LstmSpec spec, Tensor x, LstmWeights w, Tensor y, boolean training) {
    super(cudnn, "lstm " + y.name(), spec, x, w, y, training);
    this.x = x;
    this.y = y;
    long bytes = recurrence().reserveBytes();
    this.reserve = training ? Tensor.vector(y.name() + " workspace", bytes, ElementType.U8) : null;
    writes(y, reserve);
  }

  /** What the gradients need; null if none are wanted. */
  Tensor reserve() {
    return reserve;
  }

  @Override
  public long scratchBytes() {
    return recurrence().workspaceBytes();
  }

  @Override
  public void bind(long scratch) {
    super.bind(scratch);
    in = RawPointer.to(x);
    out = RawPointer.to(y);
    workspace = new RawPointer(scratch);
    kept = reserve == null ? null : RawPointer.to(reserve);
  }

  @Override
  public void run() {
    Recurrence r = recurrence();
    check(
        cudnnRNNForward(
            cudnn().handle(),
            r.rule(),
            r.mode(),
            lengths(),
            r.x(),
            in,
            r.y(),
            out,
            r.states(),
            null,
            null,
            r.states(),
            null,
            null,
            r.weightBytes(),
            weights(),
            r.workspaceBytes(),
            workspace,
            r.reserveBytes(),
            kept));
  }
}
