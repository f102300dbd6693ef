package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;

/**
 * Context mixtures of images or regions: for every predicted class, the entropy-weighted mean of
 * its pixels' probabilities. The equations and the rules for ties and NaN are in the kernel's
 * contract header.
 *
 * <p>One call at a time; close it when done.
 */
public final class ContextMixture implements AutoCloseable {
  private static final int INPUT = 1;
  private static final int KIND = 11;
  private static final int REGION_NXY = 12;
  private static final int REGIONS = 13;
  private static final int REGION_W = 14;
  private static final int REGION_H = 15;
  private static final int MIXTURE = 16;
  private static final int PRESENT = 17;
  private static final int PIXELS = 18;
  private static final int NAN_PIXELS = 19;
  private static final int WORDS = 20;

  private final ArgumentBlock block = new ArgumentBlock("context_mixture", WORDS, 1);

  /**
   * One mixture per image. Outputs that are null are not computed.
   *
   * @param input class scores [n, c, h, w], h and w at least 1
   * @param mixture f32 [n, c, c]: row a belongs to the pixels predicted a and is 0 without any
   * @param present u8 [n, c]: 1 if there are pixels predicted a
   * @param pixels i64 [n, c]: their number
   * @return pixels without a distribution, which belong to no row
   * @throws IllegalArgumentException if the tensor or an output does not fit
   */
  public long run(
      Exec exec, TensorView input, ScoreKind kind, Span mixture, Span present, Span pixels) {
    return run(exec, input, kind, null, 0, 0, 0, mixture, present, pixels);
  }

  /**
   * One mixture per region. Outputs that are null are not computed.
   *
   * @param regionNxy i32 [regions, 3]: image, x, y of the upper-left pixel
   * @param regionW width in pixels of every region
   * @param regionH height, likewise
   * @param mixture f32 [regions, c, c]
   * @param present u8 [regions, c]
   * @param pixels i64 [regions, c]
   * @return pixels without a distribution, over the regions
   * @throws IllegalArgumentException if the tensor, an output or a region does not fit
   */
  public long runRegions(
      Exec exec,
      TensorView input,
      ScoreKind kind,
      Span regionNxy,
      long regions,
      int regionW,
      int regionH,
      Span mixture,
      Span present,
      Span pixels) {
    Check.count("regions", regions);
    Check.required("region_nxy", regionNxy, Math.multiplyExact(regions, 3), Integer.BYTES);
    return run(exec, input, kind, regionNxy, regions, regionW, regionH, mixture, present, pixels);
  }

  private long run(
      Exec exec,
      TensorView input,
      ScoreKind kind,
      Span regionNxy,
      long regions,
      int regionW,
      int regionH,
      Span mixture,
      Span present,
      Span pixels) {
    Check.tensor("input", input);
    long rows = Math.multiplyExact(regionNxy == null ? input.n() : regions, input.c());
    StagedCheck.regions(exec, regionNxy, regions, regionW, regionH, input, input.n());
    block.enter(exec);
    try {
      block.in(INPUT, "input", input);
      block.put(KIND, kind.code());
      block.in(REGION_NXY, "region_nxy", regionNxy, 3 * regions, Integer.BYTES);
      block.put(REGIONS, regions);
      block.put(REGION_W, regionW);
      block.put(REGION_H, regionH);
      block.out(MIXTURE, "mixture", mixture, Math.multiplyExact(rows, input.c()), Float.BYTES);
      block.out(PRESENT, "present", present, rows, Byte.BYTES);
      block.out(PIXELS, "pixels", pixels, rows, Long.BYTES);
      block.putResult(NAN_PIXELS, 0);
      block.call(AssayLibrary::assay_context_mixture);
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
