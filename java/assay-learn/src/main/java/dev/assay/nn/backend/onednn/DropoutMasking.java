package dev.assay.nn.backend.onednn;

import dev.assay.device.Exec;
import dev.assay.kernel.DropoutMask;
import dev.assay.nn.backend.KernelTypes;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import java.util.function.LongSupplier;

/** Fills a mask with zeros and ones; the rate becomes a multiple of 2^-16. */
final class DropoutMasking implements Operation {
  private static final int ONE = 65536;

  private final DropoutMask kernel = new DropoutMask();
  private final Exec exec;
  private final Tensor mask;
  private final int threshold;
  private final LongSupplier key;

  DropoutMasking(Exec exec, Tensor mask, float rate, LongSupplier key) {
    this.exec = exec;
    this.mask = mask;
    this.threshold = Math.round(rate * ONE);
    this.key = key;
  }

  @Override
  public String name() {
    return "dropout " + mask.name();
  }

  @Override
  public List<Tensor> reads() {
    return List.of();
  }

  @Override
  public List<Tensor> writes() {
    return List.of(mask);
  }

  @Override
  public void run() {
    long count = mask.shape().elements();
    kernel.run(
        exec, KernelTypes.of(mask.type()), count, threshold, key.getAsLong(), mask.address());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
