package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Backend.Epilogue;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Tensor;
import java.util.Optional;

/**
 * y = relu?(x * w + bias? + addend?), all that follows the convolution in the same pass: as one
 * graph where the library has one, else by its call for bias and activation. Computes in y's
 * element type: where x has another, as before logits, it is converted first.
 */
final class ConvolutionForward extends CudnnOperation {
  private final Tensor x;
  private final Tensor y;
  private final Tensor addend;
  private final Convolution convolution;
  private final WeightCopy weights;
  private final ConvolutionCall call;

  /** Null where there is none and the call wants none. */
  private final BiasCopy bias;

  private RawPointer in;

  ConvolutionForward(
      CudnnContext cudnn,
      ConvolutionSpec spec,
      Tensor x,
      Tensor w,
      Tensor bias,
      Tensor y,
      Epilogue epilogue) {
    super(cudnn, "convolution " + w.name());
    this.x = x;
    this.y = y;
    this.addend = epilogue.addend();
    this.convolution = Convolution.of(descriptors(), spec, x.shape(), y.shape(), y.type());
    this.call = call(bias != null, epilogue.relu());
    this.weights =
        new WeightCopy(cudnn, descriptors(), spec, w, convolution.inPerGroup(), y.type());
    boolean wanted = bias != null || call instanceof BiasActivation;
    this.bias = wanted ? new BiasCopy(cudnn, bias, spec.outChannels(), y.type()) : null;
    reads(x, w, bias, addend);
    writes(y);
  }

  private ConvolutionCall call(boolean hasBias, boolean relu) {
    if (!hasBias && addend == null && !relu) {
      return new PlainConvolution(cudnn(), convolution);
    }
    Optional<ExecutionPlan> plan =
        cudnn()
            .plans()
            .find(
                new ConvolutionPattern(
                    convolution.spec(), x.shape(), y.type(), hasBias, addend != null, relu));
    return plan.isPresent()
        ? new FusedConvolution(cudnn(), plan.get())
        : new BiasActivation(cudnn(), descriptors(), convolution, relu);
  }

  private long convertedBytes() {
    return x.type() == y.type() ? 0 : aligned(x.shape().elements() * y.type().bytes());
  }

  @Override
  public long scratchBytes() {
    long running = convertedBytes() + call.workspaceBytes();
    return Math.max(running, weights.scratchBytes());
  }

  @Override
  public void bind(long scratch) {
    weights.bind(scratch);
    in = x.type() == y.type() ? RawPointer.to(x) : new RawPointer(scratch);
    if (bias != null) {
      bias.bind();
    }
    call.bind(
        new ConvolutionCall.Places(
            in,
            weights.pointer(),
            bias == null ? null : bias.pointer(),
            addend == null ? null : RawPointer.to(addend),
            RawPointer.to(y),
            new RawPointer(scratch + convertedBytes())));
  }

  @Override
  public void parametersChanged() {
    weights.masterChanged();
    if (bias != null) {
      bias.masterChanged();
    }
  }

  @Override
  public void prepare() {
    weights.refresh();
    if (bias != null) {
      bias.refresh();
    }
  }

  @Override
  public void run() {
    if (x.type() != y.type()) {
      cudnn().kernels().cast(x.type(), x.address(), y.type(), in.address(), x.shape().elements());
    }
    call.run();
  }

  @Override
  public void close() {
    super.close();
    call.close();
    weights.close();
    if (bias != null) {
      bias.close();
    }
  }
}
