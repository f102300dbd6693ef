package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.TensorView;

/**
 * Entropy, argmax, largest probability and margin of every pixel, from class scores [n, c, h, w].
 * The equations and the rules for ties and NaN are in the kernel's contract header.
 *
 * <p>One call at a time; close it when done.
 */
public final class PixelSignals implements AutoCloseable {
  private static final int INPUT = 1;
  private static final int KIND = 11;
  private static final int MAPS = 12;
  private static final int NAN_PIXELS = 16;
  private static final int WORDS = 17;

  private final ArgumentBlock block = new ArgumentBlock("pixel_signals", WORDS, 1);

  /**
   * Fills the wanted maps.
   *
   * @return pixels with at least one NaN score; their map values mean nothing
   * @throws IllegalArgumentException if the tensor or a map does not fit
   */
  public long run(Exec exec, TensorView input, ScoreKind kind, PixelMaps maps) {
    long pixels = Check.tensor("input", input);
    block.enter(exec);
    try {
      block.in(INPUT, "input", input);
      block.put(KIND, kind.code());
      maps.put(block, MAPS, pixels);
      block.putResult(NAN_PIXELS, 0);
      block.call(AssayLibrary::assay_pixel_signals);
      return block.resultLong(0);
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
