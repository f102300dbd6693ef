package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Tensor;
import java.util.function.LongSupplier;

/** Fills a mask with zeros and ones; the key travels with the launch, so it is new each time. */
final class DropoutMasking extends CudnnOperation {
  private static final int ONE = 65536;

  private final Tensor mask;
  private final int threshold;
  private final LongSupplier key;

  DropoutMasking(CudnnContext cudnn, Tensor mask, float rate, LongSupplier key) {
    super(cudnn, "dropout " + mask.name());
    this.mask = mask;
    this.threshold = Math.round(rate * ONE);
    this.key = key;
    writes(mask);
  }

  @Override
  public boolean isReplayable() {
    return false;
  }

  @Override
  public void run() {
    long count = mask.shape().elements();
    cudnn().kernels().mask(mask.type(), count, threshold, key.getAsLong(), mask.address());
  }
}
