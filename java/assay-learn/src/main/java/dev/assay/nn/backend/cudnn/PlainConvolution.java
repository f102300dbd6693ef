package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionForward;

/** y = x * w, nothing else. */
@SuppressWarnings("deprecation")
final class PlainConvolution implements ConvolutionCall {
  private final CudnnContext cudnn;
  private final Convolution convolution;
  private final Algorithms.Choice choice;
  private Places places;

  PlainConvolution(CudnnContext cudnn, Convolution convolution) {
    this.cudnn = cudnn;
    this.convolution = convolution;
    this.choice = cudnn.algorithms().choose(Direction.FORWARD, convolution);
  }

  @Override
  public long workspaceBytes() {
    return choice.workspaceBytes();
  }

  @Override
  public void bind(Places where) {
    places = where;
  }

  @Override
  public void run() {
    Status.check(
        "convolution",
        cudnnConvolutionForward(
            cudnn.handle(),
            cudnn.one(),
            convolution.x(),
            places.x(),
            convolution.w(),
            places.weights(),
            convolution.rule(),
            choice.algorithm(),
            places.workspace(),
            choice.workspaceBytes(),
            cudnn.zero(),
            convolution.y(),
            places.y()));
  }
}
