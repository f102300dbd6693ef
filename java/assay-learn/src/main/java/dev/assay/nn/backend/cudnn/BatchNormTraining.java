package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_BATCHNORM_SPATIAL;
import static org.bytedeco.cuda.global.cudnn.cudnnActivationForward;
import static org.bytedeco.cuda.global.cudnn.cudnnBatchNormalizationForwardTraining;

import dev.assay.kernel.ElementFunction;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/**
 * Batch normalisation with the batch's statistics, then the sum and ReLU: the library's calls for
 * single steps, where its graphs do not do it all at once. The library keeps 1 / sqrt(variance +
 * epsilon) for the gradient, and blends the unbiased variance into the running one, as the contract
 * wants it.
 */
@SuppressWarnings("deprecation")
final class BatchNormTraining extends CudnnOperation {
  private final Normalisation norm;
  private final Tensor x;
  private final Tensor mean;
  private final Tensor inverse;
  private final Tensor addend;
  private final Tensor y;
  private final boolean relu;
  private final cudnnTensorStruct layout;
  private final cudnnTensorStruct perChannel;
  private final cudnnActivationStruct activation;
  private RawPointer in;
  private RawPointer normal;
  private RawPointer scale;
  private RawPointer shift;
  private RawPointer runningMean;
  private RawPointer runningVariance;
  private RawPointer savedMean;
  private RawPointer savedInverse;

  /**
   * @param inverse takes the batch's 1 / sqrt(variance + epsilon)
   * @param addend null for none
   */
  BatchNormTraining(
      CudnnContext cudnn,
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor inverse,
      Tensor addend,
      Tensor y,
      boolean relu) {
    super(cudnn, "batch norm " + norm.scale().name());
    this.norm = norm;
    this.x = x;
    this.mean = mean;
    this.inverse = inverse;
    this.addend = addend;
    this.y = y;
    this.relu = relu;
    this.layout = descriptors().nhwc(x);
    this.perChannel = descriptors().channels(x.shape().c(), ElementType.F32);
    this.activation = descriptors().activation(true);
    reads(x, norm.scale(), norm.shift(), addend);
    writes(y, mean, inverse, norm.runningMean(), norm.runningVariance());
  }

  /** What is normalised waits there for the sum, which must not be made in place. */
  @Override
  public long scratchBytes() {
    return addend == null ? 0 : y.bytes();
  }

  @Override
  public void bind(long scratch) {
    in = RawPointer.to(x);
    normal = addend == null ? RawPointer.to(y) : new RawPointer(scratch);
    scale = RawPointer.to(norm.scale());
    shift = RawPointer.to(norm.shift());
    runningMean = RawPointer.to(norm.runningMean());
    runningVariance = RawPointer.to(norm.runningVariance());
    savedMean = RawPointer.to(mean);
    savedInverse = RawPointer.to(inverse);
  }

  @Override
  public void run() {
    CudnnContext c = cudnn();
    check(
        cudnnBatchNormalizationForwardTraining(
            c.handle(),
            CUDNN_BATCHNORM_SPATIAL,
            c.one(),
            c.zero(),
            layout,
            in,
            layout,
            normal,
            perChannel,
            scale,
            shift,
            norm.momentum(),
            runningMean,
            runningVariance,
            norm.epsilon(),
            savedMean,
            savedInverse));
    if (addend != null) {
      ElementFunction sum = relu ? ElementFunction.ADD_RELU : ElementFunction.ADD;
      long count = y.shape().elements();
      c.kernels()
          .elements(sum, y.type(), count, normal.address(), addend.address(), y.address(), 1);
    } else if (relu) {
      check(
          cudnnActivationForward(
              c.handle(), activation, c.one(), layout, normal, c.zero(), layout, normal));
    }
  }
}
