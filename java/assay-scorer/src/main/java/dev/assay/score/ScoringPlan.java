package dev.assay.score;

import dev.assay.kernel.RegionSignals;
import dev.assay.kernel.ScoreKind;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a {@link StreamingScorer} computes of every image.
 *
 * @param kind what the class scores are
 * @param signals what is wanted of every region's prediction; may be empty where {@link
 *     Predictions} have signals of their own
 * @param regionWidth width in pixels of the regions that tile an image from its upper-left corner
 * @param regionHeight their height
 * @param maps whether per-pixel maps are wanted as well
 * @param chunk regions per kernel call, which bounds memory and changes no result
 */
public record ScoringPlan(
    ScoreKind kind,
    Set<Signal> signals,
    int regionWidth,
    int regionHeight,
    boolean maps,
    int chunk) {
  /** Regions per kernel call where nobody says otherwise. */
  public static final int DEFAULT_CHUNK = 4096;

  private static final Set<Signal> CELLS =
      EnumSet.of(Signal.ENTROPY_MIN, Signal.ENTROPY_AVG, Signal.ENTROPY_MAX);

  /** Rejects regions too small for their signals. */
  public ScoringPlan {
    signals = signals.isEmpty() ? Set.of() : EnumSet.copyOf(signals);
    int smallest = signals.stream().anyMatch(CELLS::contains) ? RegionSignals.CELLS_PER_SIDE : 1;
    if (regionWidth < smallest || regionHeight < smallest) {
      throw new IllegalArgumentException(
          "region="
              + regionWidth
              + "x"
              + regionHeight
              + " must be at least "
              + smallest
              + "x"
              + smallest
              + " for the signals "
              + signals);
    }
    if (chunk < 1) {
      throw new IllegalArgumentException("chunk=" + chunk + " must be >= 1");
    }
  }

  /** Signals of regions, without maps, in chunks of the default size. */
  public static ScoringPlan of(
      ScoreKind kind, Set<Signal> signals, int regionWidth, int regionHeight) {
    return new ScoringPlan(kind, signals, regionWidth, regionHeight, false, DEFAULT_CHUNK);
  }
}
