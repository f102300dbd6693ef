package dev.assay.nn.backend.cudnn;

import dev.assay.kernel.FoldNormalisation.Statistics;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Tensor;

/** Folds a batch normalisation into a convolution's weights, once per change of the parameters. */
final class FoldedNormalisation extends CudnnOperation {
  private final Normalisation norm;
  private final Tensor w;
  private final Tensor bias;
  private final Tensor foldedW;
  private final Tensor foldedB;
  private boolean stale = true;

  FoldedNormalisation(
      CudnnContext cudnn,
      Normalisation norm,
      Tensor w,
      Tensor bias,
      Tensor foldedW,
      Tensor foldedB) {
    super(cudnn, "fold " + w.name());
    this.norm = norm;
    this.w = w;
    this.bias = bias;
    this.foldedW = foldedW;
    this.foldedB = foldedB;
    reads(w, bias, norm.scale(), norm.shift(), norm.runningMean(), norm.runningVariance());
    writes(foldedW, foldedB);
  }

  @Override
  public void parametersChanged() {
    stale = true;
  }

  @Override
  public void prepare() {
    if (!stale) {
      return;
    }
    stale = false;
    long outputs = foldedB.shape().elements();
    Statistics statistics =
        new Statistics(
            norm.scale().address(),
            norm.shift().address(),
            norm.runningMean().address(),
            norm.runningVariance().address(),
            norm.epsilon());
    cudnn()
        .kernels()
        .fold(
            outputs,
            w.shape().elements() / outputs,
            w.address(),
            bias == null ? 0 : bias.address(),
            statistics,
            foldedW.address(),
            foldedB.address());
  }

  /** All was done when the parameters changed; the folded tensors keep their values. */
  @Override
  public void run() {}
}
