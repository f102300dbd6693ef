package dev.assay.score;

import dev.assay.kernel.RegionSignals;
import java.util.Locale;

/**
 * What can be asked of a region; only what is asked is computed. R regions, C classes, 8 x 8 pooled
 * cells.
 */
public enum Signal {
  /** i32 [R, C]: pixels by predicted class. */
  CLASS_HISTOGRAM,
  /** f32 [R, 8, 8], nats: smallest entropy of each cell. */
  ENTROPY_MIN,
  /** f32 [R, 8, 8], nats: mean entropy of each cell. */
  ENTROPY_AVG,
  /** f32 [R, 8, 8], nats: largest entropy of each cell. */
  ENTROPY_MAX,
  /** f32 [R], nats: mean entropy over all the region's pixels. */
  ENTROPY_MEAN,
  /** f32 [R]: mean of largest minus second largest probability. */
  MARGIN_MEAN,
  /** f32 [R]: mean of one minus the largest probability. */
  LEAST_CONFIDENCE_MEAN,
  /** f32 [R, C]: mean probability of each class. */
  PROBABILITY_MEAN,
  /**
   * f32 [R, C, C]: entropy-weighted mean probabilities of the pixels predicted each class (row); a
   * zero row where there are none.
   */
  CONTEXT_MIXTURE,
  /** f32 [R, C], nats: sum of entropies over the pixels predicted each class. */
  ENTROPY_BY_CLASS,
  /** f32 [R, C]: sum of margins over the pixels predicted each class. */
  MARGIN_BY_CLASS;

  /** The name used in files, for example {@code entropy_mean}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Elements per region, each of four bytes. */
  public int perRegion(int classes) {
    return switch (this) {
      case CLASS_HISTOGRAM, PROBABILITY_MEAN, ENTROPY_BY_CLASS, MARGIN_BY_CLASS -> classes;
      case CONTEXT_MIXTURE -> classes * classes;
      case ENTROPY_MIN, ENTROPY_AVG, ENTROPY_MAX ->
          RegionSignals.CELLS_PER_SIDE * RegionSignals.CELLS_PER_SIDE;
      case ENTROPY_MEAN, MARGIN_MEAN, LEAST_CONFIDENCE_MEAN -> 1;
    };
  }
}
