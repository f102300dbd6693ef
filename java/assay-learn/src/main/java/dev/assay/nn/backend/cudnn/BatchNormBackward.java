package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_BATCHNORM_SPATIAL;
import static org.bytedeco.cuda.global.cudnn.cudnnBatchNormalizationBackward;

import dev.assay.kernel.ElementFunction;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/**
 * Gradients of a training step's batch normalisation by the library's calls for single steps; with
 * ReLU, dy counts only where y > 0.
 */
@SuppressWarnings("deprecation")
final class BatchNormBackward extends CudnnOperation {
  private final Normalisation norm;
  private final Tensor x;
  private final Tensor mean;
  private final Tensor inverse;
  private final Tensor y;
  private final Tensor dy;
  private final Tensor dx;
  private final Tensor dAddend;
  private final Tensor dScale;
  private final Tensor dShift;
  private final cudnnTensorStruct layout;
  private final cudnnTensorStruct perChannel;
  private RawPointer in;
  private RawPointer seed;
  private RawPointer gradient;
  private RawPointer scale;
  private RawPointer scaleGradient;
  private RawPointer shiftGradient;
  private RawPointer savedMean;
  private RawPointer savedInverse;

  /**
   * @param inverse what the forward operation kept
   * @param y its result if it had ReLU, otherwise null
   * @param dAddend takes the part of dy that counts; null if it is not wanted
   */
  BatchNormBackward(
      CudnnContext cudnn,
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor inverse,
      Tensor y,
      Tensor dy,
      Tensor dx,
      Tensor dAddend,
      Tensor dScale,
      Tensor dShift) {
    super(cudnn, "batch norm " + norm.scale().name() + " backward");
    this.norm = norm;
    this.x = x;
    this.mean = mean;
    this.inverse = inverse;
    this.y = y;
    this.dy = dy;
    this.dx = dx;
    this.dAddend = dAddend;
    this.dScale = dScale;
    this.dShift = dShift;
    this.layout = descriptors().nhwc(x);
    this.perChannel = descriptors().channels(x.shape().c(), ElementType.F32);
    reads(x, mean, inverse, y, dy, norm.scale());
    writes(dx, dAddend, dScale, dShift);
  }

  @Override
  public long scratchBytes() {
    return y == null || dAddend != null ? 0 : dy.bytes();
  }

  @Override
  public void bind(long scratch) {
    in = RawPointer.to(x);
    if (y == null) {
      seed = RawPointer.to(dy);
    } else {
      seed = dAddend == null ? new RawPointer(scratch) : RawPointer.to(dAddend);
    }
    gradient = RawPointer.to(dx);
    scale = RawPointer.to(norm.scale());
    scaleGradient = RawPointer.to(dScale);
    shiftGradient = RawPointer.to(dShift);
    savedMean = RawPointer.to(mean);
    savedInverse = RawPointer.to(inverse);
  }

  @Override
  public void run() {
    CudnnContext c = cudnn();
    if (y != null) {
      c.kernels()
          .elements(
              ElementFunction.RELU_BACKWARD,
              y.type(),
              y.shape().elements(),
              y.address(),
              dy.address(),
              seed.address(),
              1);
    }
    check(
        cudnnBatchNormalizationBackward(
            c.handle(),
            CUDNN_BATCHNORM_SPATIAL,
            c.one(),
            c.zero(),
            c.one(),
            c.zero(),
            layout,
            in,
            layout,
            seed,
            layout,
            gradient,
            perChannel,
            scale,
            scaleGradient,
            shiftGradient,
            norm.epsilon(),
            savedMean,
            savedInverse));
  }
}
