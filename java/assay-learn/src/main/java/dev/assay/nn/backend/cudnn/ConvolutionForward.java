package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBiasActivationForward;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionForward;

import dev.assay.memory.Owner;
import dev.assay.nn.backend.Backend.Epilogue;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.FloatPointer;

/**
 * y = relu?(x * w + bias? + addend?), all that follows the convolution in the same pass. Computes
 * in y's element type: where x has another, as before logits, it is converted first.
 */
@SuppressWarnings("deprecation")
final class ConvolutionForward extends CudnnOperation {
  private final Tensor x;
  private final Tensor y;
  private final Tensor addend;
  private final Convolution convolution;
  private final WeightCopy weights;
  private final boolean fused;
  private final Bias bias;
  private final cudnnActivationStruct activation;
  private final Algorithms.Choice choice;
  private RawPointer in;
  private RawPointer workspace;
  private RawPointer out;
  private RawPointer added;

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
    this.fused = bias != null || addend != null || epilogue.relu();
    this.activation = descriptors().activation(epilogue.relu());
    this.choice =
        fused && !epilogue.relu()
            ? cudnn.algorithms().forIdentity(convolution)
            : cudnn.algorithms().choose(Direction.FORWARD, convolution);
    this.weights =
        new WeightCopy(cudnn, descriptors(), spec, w, convolution.inPerGroup(), y.type());
    this.bias = fused ? new Bias(cudnn, descriptors(), bias, spec.outChannels(), y.type()) : null;
    reads(x, w, bias, addend);
    writes(y);
  }

  private long convertedBytes() {
    return x.type() == y.type() ? 0 : aligned(x.shape().elements() * y.type().bytes());
  }

  @Override
  public long scratchBytes() {
    long running = convertedBytes() + choice.workspaceBytes();
    return Math.max(running, weights.scratchBytes());
  }

  @Override
  public void bind(long scratch) {
    weights.bind(scratch);
    in = x.type() == y.type() ? RawPointer.to(x) : new RawPointer(scratch);
    workspace = new RawPointer(scratch + convertedBytes());
    out = RawPointer.to(y);
    added = addend == null ? out : RawPointer.to(addend);
    if (fused) {
      bias.bind();
    }
  }

  @Override
  public void parametersChanged() {
    weights.masterChanged();
    if (fused) {
      bias.masterChanged();
    }
  }

  @Override
  public void prepare() {
    weights.refresh();
    if (fused) {
      bias.refresh();
    }
  }

  @Override
  public void run() {
    if (x.type() != y.type()) {
      cudnn().kernels().cast(x.type(), x.address(), y.type(), in.address(), x.shape().elements());
    }
    check(fused ? runFused() : runPlain());
  }

  private int runPlain() {
    return cudnnConvolutionForward(
        cudnn().handle(),
        cudnn().one(),
        convolution.x(),
        in,
        convolution.w(),
        weights.pointer(),
        convolution.rule(),
        choice.algorithm(),
        workspace,
        choice.workspaceBytes(),
        cudnn().zero(),
        convolution.y(),
        out);
  }

  private int runFused() {
    FloatPointer share = addend == null ? cudnn().zero() : cudnn().one();
    return cudnnConvolutionBiasActivationForward(
        cudnn().handle(),
        cudnn().one(),
        convolution.x(),
        in,
        convolution.w(),
        weights.pointer(),
        convolution.rule(),
        choice.algorithm(),
        workspace,
        choice.workspaceBytes(),
        share,
        convolution.y(),
        added,
        bias.descriptor,
        bias.used,
        activation,
        convolution.y(),
        out);
  }

  @Override
  public void close() {
    super.close();
    weights.close();
    if (fused) {
      bias.close();
    }
  }

  /** The bias in y's element type, zeros where there is none. */
  private static final class Bias implements AutoCloseable {
    private final CudnnContext cudnn;
    private final Tensor master;
    private final ElementType type;
    private final Owner copy;
    private final cudnnTensorStruct descriptor;
    private RawPointer used;
    private boolean stale = true;

    Bias(CudnnContext cudnn, Descriptors descriptors, Tensor master, int count, ElementType type) {
      this.cudnn = cudnn;
      this.master = master;
      this.type = type;
      this.descriptor = descriptors.channels(count, type);
      boolean same = master != null && master.type() == type;
      this.copy = same ? null : cudnn.memory().allocate("bias", (long) count * type.bytes());
    }

    void bind() {
      used = copy == null ? RawPointer.to(master) : new RawPointer(copy.address());
    }

    void masterChanged() {
      stale = true;
    }

    void refresh() {
      if (stale && copy != null && master != null) {
        long count = master.shape().elements();
        cudnn.kernels().cast(master.type(), master.address(), type, used.address(), count);
      }
      stale = false;
    }

    @Override
    public void close() {
      if (copy != null) {
        copy.close();
      }
    }
  }
}
