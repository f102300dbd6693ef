package dev.assay.experiment;

import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.select.Signal;
import java.util.Set;

/** The acquisition kernels as the loop needs them; confined to one thread. */
interface ScoreEngine extends AutoCloseable {
  /**
   * Region signals in one read of the logits.
   *
   * @param logits [n, c, h, w]
   * @param nxy i32 [regions, 3]: image in the batch, x, y
   * @param wanted what to compute
   * @return pixels with a NaN score
   */
  long regions(
      TensorView logits,
      HostBuffer nxy,
      int regions,
      RegionGrid grid,
      Set<Signal> wanted,
      RegionValues out);

  /**
   * Most probable class of every pixel, u8 [n, h, w].
   *
   * @return pixels with a NaN score
   */
  long argmax(TensorView logits, HostBuffer out);

  /** Confusion matrix of {@code count} pixels; truth 255 is skipped. */
  ConfusionMatrix confusion(HostBuffer truth, HostBuffer prediction, long count);

  @Override
  void close();
}
