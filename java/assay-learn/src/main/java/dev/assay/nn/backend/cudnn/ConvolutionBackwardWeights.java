package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardBias;
import static org.bytedeco.cuda.global.cudnn.cudnnConvolutionBackwardFilter;
import static org.bytedeco.cuda.global.cudnn.cudnnTransformTensor;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/**
 * dw = the correlation of x with dy; db = the sum of dy. The library gives them in the activations'
 * type and its own order of weights; they end up fp32 and in ours. In bf16 each sum is rounded to 8
 * bits once.
 */
@SuppressWarnings("deprecation")
final class ConvolutionBackwardWeights extends CudnnOperation {
  private final Tensor x;
  private final Tensor dy;
  private final Tensor dw;
  private final Tensor db;
  private final boolean cast;
  private final boolean reordered;
  private final Convolution convolution;
  private final cudnnTensorStruct byPixel;
  private final cudnnTensorStruct plain;
  private final cudnnTensorStruct perChannel;
  private final Algorithms.Choice choice;
  private RawPointer in;
  private RawPointer seed;
  private RawPointer workspace;
  private RawPointer sum;
  private RawPointer single;
  private RawPointer weights;
  private RawPointer bias;

  ConvolutionBackwardWeights(
      CudnnContext cudnn, ConvolutionSpec spec, Tensor x, Tensor dy, Tensor dw, Tensor db) {
    super(cudnn, "convolution " + dw.name() + " backward");
    this.x = x;
    this.dy = dy;
    this.dw = dw;
    this.db = db;
    this.convolution = Convolution.of(descriptors(), spec, x.shape(), dy.shape(), x.type());
    int in = convolution.inPerGroup();
    this.cast = x.type() != ElementType.F32;
    this.reordered = spec.kernel() > 1 && in > 1;
    this.byPixel = descriptors().weightsByPixel(spec.outChannels(), in, spec.kernel());
    this.plain = descriptors().plainWeights(spec.outChannels(), in, spec.kernel());
    this.perChannel = descriptors().channels(spec.outChannels(), x.type());
    this.choice = cudnn.algorithms().choose(Direction.BACKWARD_WEIGHTS, convolution);
    reads(x, dy);
    writes(dw, db);
  }

  @Override
  public long scratchBytes() {
    return aligned(choice.workspaceBytes())
        + (cast ? 2 : 1) * aligned(dw.bytes())
        + (cast && db != null ? aligned(db.bytes()) : 0);
  }

  @Override
  public void bind(long scratch) {
    in = RawPointer.to(x);
    seed = RawPointer.to(dy);
    workspace = new RawPointer(scratch);
    long after = scratch + aligned(choice.workspaceBytes());
    long afterSum = after + (cast ? aligned(dw.bytes()) : 0);
    weights = RawPointer.to(dw);
    single = reordered ? new RawPointer(afterSum) : weights;
    sum = cast ? new RawPointer(after) : single;
    if (db != null) {
      bias = cast ? new RawPointer(afterSum + aligned(dw.bytes())) : RawPointer.to(db);
    }
  }

  @Override
  public void run() {
    check(
        cudnnConvolutionBackwardFilter(
            cudnn().handle(),
            cudnn().one(),
            convolution.x(),
            in,
            convolution.y(),
            seed,
            convolution.rule(),
            choice.algorithm(),
            workspace,
            choice.workspaceBytes(),
            cudnn().zero(),
            convolution.w(),
            sum));
    if (cast) {
      widen(sum.address(), dw.shape().elements(), single.address());
    }
    if (reordered) {
      check(
          cudnnTransformTensor(
              cudnn().handle(), cudnn().one(), byPixel, single, cudnn().zero(), plain, weights));
    }
    if (db != null) {
      runBias();
    }
  }

  private void runBias() {
    check(
        cudnnConvolutionBackwardBias(
            cudnn().handle(),
            cudnn().one(),
            convolution.y(),
            seed,
            cudnn().zero(),
            perChannel,
            bias));
    if (cast) {
      widen(bias.address(), db.shape().elements(), db.address());
    }
  }

  private void widen(long from, long count, long to) {
    cudnn().kernels().cast(x.type(), from, ElementType.F32, to, count);
  }
}
