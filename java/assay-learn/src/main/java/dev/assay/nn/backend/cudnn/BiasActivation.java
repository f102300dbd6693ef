package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBiasActivationForward;

import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.FloatPointer;

/** y = relu?(x * w + bias + addend?) by the library's one call for it; it insists on a bias. */
@SuppressWarnings("deprecation")
final class BiasActivation implements ConvolutionCall {
  private final CudnnContext cudnn;
  private final Convolution convolution;
  private final cudnnTensorStruct perChannel;
  private final cudnnActivationStruct activation;
  private final Algorithms.Choice choice;
  private Places places;

  BiasActivation(
      CudnnContext cudnn, Descriptors descriptors, Convolution convolution, boolean relu) {
    this.cudnn = cudnn;
    this.convolution = convolution;
    this.perChannel = descriptors.channels(convolution.spec().outChannels(), convolution.type());
    this.activation = descriptors.activation(relu);
    this.choice =
        relu
            ? cudnn.algorithms().choose(Direction.FORWARD, convolution)
            : cudnn.algorithms().forIdentity(convolution);
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
    FloatPointer share = places.addend() == null ? cudnn.zero() : cudnn.one();
    RawPointer added = places.addend() == null ? places.y() : places.addend();
    Status.check(
        "convolution with bias and activation",
        cudnnConvolutionBiasActivationForward(
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
            share,
            convolution.y(),
            added,
            perChannel,
            places.bias(),
            activation,
            convolution.y(),
            places.y()));
  }
}
