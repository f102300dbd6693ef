package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;

/**
 * Signals of rectangular regions, and per-pixel maps if wanted, in one read of class scores [n, c,
 * h, w]. The equations and the rules for ties and NaN are in the kernel's contract header.
 *
 * <p>One call at a time; close it when done.
 */
public final class RegionSignals implements AutoCloseable {
  /** Pooled cells are 8 x 8, so sides below this are rejected when they are wanted. */
  public static final int CELLS_PER_SIDE = 8;

  private static final int INPUT = 1;
  private static final int KIND = 11;
  private static final int MAPS = 12;
  private static final int REGION_NXY = 16;
  private static final int REGIONS = 17;
  private static final int REGION_W = 18;
  private static final int REGION_H = 19;
  private static final int OUTPUTS = 20;
  private static final int NAN_PIXELS = 32;
  private static final int WORDS = 33;

  private final ArgumentBlock block = new ArgumentBlock("region_signals", WORDS, 1);

  /**
   * Fills the wanted outputs.
   *
   * @param regionNxy i32 [regions, 3]: image, x, y of the upper-left pixel
   * @param regionW width in pixels of every region; at least 8 when a pooled-cell output is wanted
   * @param regionH height, likewise
   * @return pixels with at least one NaN score, over the whole tensor when maps are wanted, else
   *     over the regions; values they took part in mean nothing
   * @throws IllegalArgumentException if the tensor, an output or a region does not fit
   */
  public long run(
      Exec exec,
      TensorView input,
      ScoreKind kind,
      Span regionNxy,
      long regions,
      int regionW,
      int regionH,
      PixelMaps maps,
      RegionOutputs outputs) {
    long pixels = check(input, regionNxy, regions, regionW, regionH, outputs);
    StagedCheck.regions(exec, regionNxy, regions, regionW, regionH, input, input.n());
    block.enter(exec);
    try {
      block.in(INPUT, "input", input);
      block.put(KIND, kind.code());
      maps.put(block, MAPS, pixels);
      block.in(REGION_NXY, "region_nxy", regionNxy, 3 * regions, Integer.BYTES);
      block.put(REGIONS, regions);
      block.put(REGION_W, regionW);
      block.put(REGION_H, regionH);
      outputs.put(block, OUTPUTS, regions, input.c());
      block.putResult(NAN_PIXELS, 0);
      block.call(AssayLibrary::assay_region_signals);
      return block.resultLong(0);
    } finally {
      block.leave();
    }
  }

  private static long check(
      TensorView input,
      Span regionNxy,
      long regions,
      int regionW,
      int regionH,
      RegionOutputs outputs) {
    long pixels = Check.tensor("input", input);
    Check.count("regions", regions);
    Check.required("region_nxy", regionNxy, Math.multiplyExact(regions, 3), Integer.BYTES);
    int smallest = outputs.cellsWanted() ? CELLS_PER_SIDE : 1;
    Check.side("region_w", regionW, smallest, input.w());
    Check.side("region_h", regionH, smallest, input.h());
    return pixels;
  }

  @Override
  public void close() {
    block.close();
  }
}
