package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_BATCHNORM_SPATIAL;
import static org.bytedeco.cuda.global.cudnn.cudnnActivationForward;
import static org.bytedeco.cuda.global.cudnn.cudnnBatchNormalizationForwardTraining;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/**
 * Batch normalisation with the batch's statistics, then ReLU in place. The library keeps 1 /
 * sqrt(variance + epsilon) for the gradient, and blends the unbiased variance into the running one,
 * as the contract wants it.
 */
@SuppressWarnings("deprecation")
final class BatchNormTraining extends CudnnOperation {
  private final Normalisation norm;
  private final Tensor x;
  private final Tensor mean;
  private final Tensor inverse;
  private final Tensor y;
  private final boolean relu;
  private final cudnnTensorStruct layout;
  private final cudnnTensorStruct perChannel;
  private final cudnnActivationStruct activation;
  private RawPointer in;
  private RawPointer out;
  private RawPointer scale;
  private RawPointer shift;
  private RawPointer runningMean;
  private RawPointer runningVariance;
  private RawPointer savedMean;
  private RawPointer savedInverse;

  /**
   * @param inverse takes the batch's 1 / sqrt(variance + epsilon)
   */
  BatchNormTraining(
      CudnnContext cudnn,
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor inverse,
      Tensor y,
      boolean relu) {
    super(cudnn, "batch norm " + norm.scale().name());
    int channels = x.shape().c();
    if (x.shape().elements() / channels < 2) {
      throw new IllegalArgumentException(
          "batch normalisation of " + x + ": training needs more than one value per channel");
    }
    this.norm = norm;
    this.x = x;
    this.mean = mean;
    this.inverse = inverse;
    this.y = y;
    this.relu = relu;
    this.layout = descriptors().nhwc(x);
    this.perChannel = descriptors().channels(channels, ElementType.F32);
    this.activation = descriptors().activation(true);
    reads(x, norm.scale(), norm.shift());
    writes(y, mean, inverse, norm.runningMean(), norm.runningVariance());
  }

  @Override
  public void bind(long scratch) {
    in = RawPointer.to(x);
    out = RawPointer.to(y);
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
            out,
            perChannel,
            scale,
            shift,
            norm.momentum(),
            runningMean,
            runningVariance,
            norm.epsilon(),
            savedMean,
            savedInverse));
    if (relu) {
      check(
          cudnnActivationForward(
              c.handle(), activation, c.one(), layout, out, c.zero(), layout, out));
    }
  }
}
