package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardData;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Tensor;

/** dx = the transposed convolution of dy with w. */
@SuppressWarnings("deprecation")
final class ConvolutionBackwardData extends CudnnOperation {
  private final Tensor dy;
  private final Tensor dx;
  private final Convolution convolution;
  private final WeightCopy weights;
  private final Algorithms.Choice choice;
  private RawPointer in;
  private RawPointer workspace;
  private RawPointer out;

  ConvolutionBackwardData(
      CudnnContext cudnn, ConvolutionSpec spec, Tensor dy, Tensor w, Tensor dx) {
    super(cudnn, "convolution " + w.name() + " backward data");
    this.dy = dy;
    this.dx = dx;
    this.convolution = Convolution.of(descriptors(), spec, dx.shape(), dy.shape(), dx.type());
    this.choice = cudnn.algorithms().choose(Direction.BACKWARD_DATA, convolution);
    this.weights =
        new WeightCopy(cudnn, descriptors(), spec, w, convolution.inPerGroup(), dx.type());
    reads(dy, w);
    writes(dx);
  }

  @Override
  public long scratchBytes() {
    return Math.max(choice.workspaceBytes(), weights.scratchBytes());
  }

  @Override
  public void bind(long scratch) {
    weights.bind(scratch);
    in = RawPointer.to(dy);
    workspace = new RawPointer(scratch);
    out = RawPointer.to(dx);
  }

  @Override
  public void parametersChanged() {
    weights.masterChanged();
  }

  @Override
  public void prepare() {
    weights.refresh();
  }

  @Override
  public void run() {
    check(
        cudnnConvolutionBackwardData(
            cudnn().handle(),
            cudnn().one(),
            convolution.w(),
            weights.pointer(),
            convolution.y(),
            in,
            convolution.rule(),
            choice.algorithm(),
            workspace,
            choice.workspaceBytes(),
            cudnn().zero(),
            convolution.x(),
            out));
  }

  @Override
  public void close() {
    super.close();
    weights.close();
  }
}
