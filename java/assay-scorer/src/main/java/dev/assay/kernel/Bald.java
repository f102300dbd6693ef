package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;

/**
 * How much the passes of a stochastic network disagree about one image: mutual information and its
 * two entropies, by pixel and region, from class scores [passes, c, h, w]. The equations and the
 * rules for ties and NaN are in the kernel's contract header.
 *
 * <p>One call at a time; close it when done.
 */
public final class Bald implements AutoCloseable {
  private static final int INPUT = 1;
  private static final int KIND = 11;
  private static final int PROBABILITY_SUM = 12;
  private static final int PASSES_BEFORE = 14;
  private static final int MAPS = 15;
  private static final int REGION_NXY = 19;
  private static final int REGIONS = 20;
  private static final int REGION_W = 21;
  private static final int REGION_H = 22;
  private static final int REGION_OUTPUTS = 23;
  private static final int NAN_PIXELS = 28;
  private static final int WORDS = 29;

  private final ArgumentBlock block = new ArgumentBlock("bald", WORDS, 1);

  /**
   * Adds the passes of {@code input} to those in {@code sums}, if any, and fills the wanted outputs
   * from all of them. The cut of the passes into calls does not show in any bit.
   *
   * @param input the n passes of one image
   * @param sums where passes are kept between calls; {@link PassSums#NONE} when this call holds all
   * @param passesBefore passes already in the sums
   * @param regionNxy i32 [regions, 3]: 0, x, y of the upper-left pixel; null without regions
   * @return pixels that at least one pass so far gave no distribution
   * @throws IllegalArgumentException if the tensor, a sum, an output or a region does not fit
   */
  public long run(
      Exec exec,
      TensorView input,
      ScoreKind kind,
      PassSums sums,
      long passesBefore,
      Span regionNxy,
      long regions,
      int regionW,
      int regionH,
      BaldOutputs outputs) {
    long pixels = Check.tensor("input", input) / input.n();
    sums.check(passesBefore);
    Check.regions(regionNxy, regions, regionW, regionH, input);
    StagedCheck.regions(exec, regionNxy, regions, regionW, regionH, input, 1);
    block.enter(exec);
    try {
      block.in(INPUT, "input", input);
      block.put(KIND, kind.code());
      sums.put(block, PROBABILITY_SUM, pixels, input.c());
      block.put(PASSES_BEFORE, passesBefore);
      outputs.putMaps(block, MAPS, pixels);
      block.in(REGION_NXY, "region_nxy", regionNxy, 3 * regions, Integer.BYTES);
      block.put(REGIONS, regions);
      block.put(REGION_W, regionW);
      block.put(REGION_H, regionH);
      outputs.putRegions(block, REGION_OUTPUTS, regions, input.c());
      block.putResult(NAN_PIXELS, 0);
      block.call(AssayLibrary::assay_bald);
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
