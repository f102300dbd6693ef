package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;

/**
 * How uncertain a network is about images and their mirror images, and how far the two predictions
 * differ, by pixel, region and image. The equations and the rules for ties and NaN are in the
 * kernel's contract header.
 *
 * <p>One call at a time; close it when done.
 */
public final class FlipConsistency implements AutoCloseable {
  private static final int INPUT = 1;
  private static final int FLIPPED = 11;
  private static final int KIND = 21;
  private static final int MAPS = 22;
  private static final int REGION_NXY = 28;
  private static final int REGIONS = 29;
  private static final int REGION_W = 30;
  private static final int REGION_H = 31;
  private static final int MEANS = 32;
  private static final int NAN_PIXELS = 44;
  private static final int WORDS = 45;

  private final ArgumentBlock block = new ArgumentBlock("flip_consistency", WORDS, 1);

  /**
   * Fills the wanted outputs.
   *
   * @param input scores of the images, [n, c, h, w]
   * @param flipped scores of the mirrored images as the network gave them, of the same shape and
   *     dtype; mirrored back on the fly
   * @param regionNxy i32 [regions, 3]: image, x, y of the upper-left pixel; null without regions
   * @return pixels that one of the two predictions gives no distribution
   * @throws IllegalArgumentException if a tensor, an output or a region does not fit
   */
  public long run(
      Exec exec,
      TensorView input,
      TensorView flipped,
      ScoreKind kind,
      Span regionNxy,
      long regions,
      int regionW,
      int regionH,
      FlipOutputs outputs) {
    long pixels = Check.tensor("input", input);
    Check.tensor("flipped", flipped);
    requireAlike(input, flipped);
    Check.regions(regionNxy, regions, regionW, regionH, input);
    StagedCheck.regions(exec, regionNxy, regions, regionW, regionH, input, input.n());
    block.enter(exec);
    try {
      block.in(INPUT, "input", input);
      block.in(FLIPPED, "flipped", flipped);
      block.put(KIND, kind.code());
      outputs.putMaps(block, MAPS, pixels);
      block.in(REGION_NXY, "region_nxy", regionNxy, 3 * regions, Integer.BYTES);
      block.put(REGIONS, regions);
      block.put(REGION_W, regionW);
      block.put(REGION_H, regionH);
      outputs.putMeans(block, MEANS, input.n(), regions);
      block.putResult(NAN_PIXELS, 0);
      block.call(AssayLibrary::assay_flip_consistency);
      return block.resultLong(0);
    } finally {
      block.leave();
    }
  }

  private static void requireAlike(TensorView input, TensorView flipped) {
    if (input.dtype() != flipped.dtype()
        || input.n() != flipped.n()
        || input.c() != flipped.c()
        || input.h() != flipped.h()
        || input.w() != flipped.w()) {
      throw new IllegalArgumentException(
          "flipped=" + flipped + " must have the shape and dtype of input=" + input);
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
