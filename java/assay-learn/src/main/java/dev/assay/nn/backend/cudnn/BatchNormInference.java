package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_BATCHNORM_SPATIAL;
import static org.bytedeco.cuda.global.cudnn.cudnnActivationForward;
import static org.bytedeco.cuda.global.cudnn.cudnnBatchNormalizationForwardInference;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/** Batch normalisation with the running statistics, then ReLU in place. */
@SuppressWarnings("deprecation")
final class BatchNormInference extends CudnnOperation {
  private final Normalisation norm;
  private final Tensor x;
  private final Tensor y;
  private final boolean relu;
  private final cudnnTensorStruct layout;
  private final cudnnTensorStruct perChannel;
  private final cudnnActivationStruct activation;
  private RawPointer in;
  private RawPointer out;
  private RawPointer scale;
  private RawPointer shift;
  private RawPointer mean;
  private RawPointer variance;

  BatchNormInference(CudnnContext cudnn, Normalisation norm, Tensor x, Tensor y, boolean relu) {
    super(cudnn, "batch norm " + norm.scale().name());
    this.norm = norm;
    this.x = x;
    this.y = y;
    this.relu = relu;
    this.layout = descriptors().nhwc(x);
    this.perChannel = descriptors().channels(x.shape().c(), ElementType.F32);
    this.activation = descriptors().activation(true);
    reads(x, norm.scale(), norm.shift(), norm.runningMean(), norm.runningVariance());
    writes(y);
  }

  @Override
  public void bind(long scratch) {
    in = RawPointer.to(x);
    out = RawPointer.to(y);
    scale = RawPointer.to(norm.scale());
    shift = RawPointer.to(norm.shift());
    mean = RawPointer.to(norm.runningMean());
    variance = RawPointer.to(norm.runningVariance());
  }

  @Override
  public void run() {
    CudnnContext c = cudnn();
    check(
        cudnnBatchNormalizationForwardInference(
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
            mean,
            variance,
            norm.epsilon()));
    if (relu) {
      check(
          cudnnActivationForward(
              c.handle(), activation, c.one(), layout, out, c.zero(), layout, out));
    }
  }
}
