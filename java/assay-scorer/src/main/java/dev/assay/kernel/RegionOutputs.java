package dev.assay.kernel;

import dev.assay.memory.Span;

/**
 * Where {@link RegionSignals} writes; what is not set is not computed. Set once and reuse. With R
 * regions and C classes: {@code classHistogram} i32 [R, C]; {@code entropyMin}, {@code entropyAvg},
 * {@code entropyMax} f32 [R, 8, 8]; {@code entropyMean}, {@code marginMean}, {@code
 * leastConfidenceMean} f32 [R]; {@code probabilityMean} f32 [R, C]; {@code contextMixture} f32 [R,
 * C, C]; {@code entropyByClass}, {@code marginByClass} f32 [R, C]; {@code nanPixels} i32 [R].
 */
public final class RegionOutputs {
  private static final int CELLS = 64;

  private Span classHistogram;
  private Span entropyMin;
  private Span entropyAvg;
  private Span entropyMax;
  private Span entropyMean;
  private Span marginMean;
  private Span leastConfidenceMean;
  private Span probabilityMean;
  private Span contextMixture;
  private Span entropyByClass;
  private Span marginByClass;
  private Span nanPixels;

  /** Pixels of each region by predicted class, i32 [R, C]. */
  public RegionOutputs classHistogram(Span span) {
    classHistogram = span;
    return this;
  }

  /** Smallest entropy of each pooled cell, f32 [R, 8, 8], nats. */
  public RegionOutputs entropyMin(Span span) {
    entropyMin = span;
    return this;
  }

  /** Mean entropy of each pooled cell, f32 [R, 8, 8], nats. */
  public RegionOutputs entropyAvg(Span span) {
    entropyAvg = span;
    return this;
  }

  /** Largest entropy of each pooled cell, f32 [R, 8, 8], nats. */
  public RegionOutputs entropyMax(Span span) {
    entropyMax = span;
    return this;
  }

  /** Mean entropy over all pixels of a region, f32 [R], nats. */
  public RegionOutputs entropyMean(Span span) {
    entropyMean = span;
    return this;
  }

  /** Mean of largest minus second largest probability, f32 [R]. */
  public RegionOutputs marginMean(Span span) {
    marginMean = span;
    return this;
  }

  /** Mean of one minus the largest probability, f32 [R]. */
  public RegionOutputs leastConfidenceMean(Span span) {
    leastConfidenceMean = span;
    return this;
  }

  /** Mean probability of each class, f32 [R, C]. */
  public RegionOutputs probabilityMean(Span span) {
    probabilityMean = span;
    return this;
  }

  /**
   * Entropy-weighted mean probabilities of the pixels predicted each class (row), f32 [R, C, C]; a
   * zero row where there are none.
   */
  public RegionOutputs contextMixture(Span span) {
    contextMixture = span;
    return this;
  }

  /** Sum of entropies over the pixels predicted each class, f32 [R, C], nats. */
  public RegionOutputs entropyByClass(Span span) {
    entropyByClass = span;
    return this;
  }

  /** Sum of margins over the pixels predicted each class, f32 [R, C]. */
  public RegionOutputs marginByClass(Span span) {
    marginByClass = span;
    return this;
  }

  /** Pixels of each region with a NaN score, i32 [R]. */
  public RegionOutputs nanPixels(Span span) {
    nanPixels = span;
    return this;
  }

  boolean cellsWanted() {
    return entropyMin != null || entropyAvg != null || entropyMax != null;
  }

  /** Writes the twelve output words in the header's order. */
  void put(ArgumentBlock block, int word, long regions, long classes) {
    block.out(word, "class_histogram", classHistogram, regions * classes, Integer.BYTES);
    block.out(word + 1, "entropy_min", entropyMin, regions * CELLS, Float.BYTES);
    block.out(word + 2, "entropy_avg", entropyAvg, regions * CELLS, Float.BYTES);
    block.out(word + 3, "entropy_max", entropyMax, regions * CELLS, Float.BYTES);
    block.out(word + 4, "entropy_mean", entropyMean, regions, Float.BYTES);
    block.out(word + 5, "margin_mean", marginMean, regions, Float.BYTES);
    block.out(word + 6, "least_confidence_mean", leastConfidenceMean, regions, Float.BYTES);
    block.out(word + 7, "probability_mean", probabilityMean, regions * classes, Float.BYTES);
    block.out(
        word + 8, "context_mixture", contextMixture, regions * classes * classes, Float.BYTES);
    block.out(word + 9, "entropy_by_class", entropyByClass, regions * classes, Float.BYTES);
    block.out(word + 10, "margin_by_class", marginByClass, regions * classes, Float.BYTES);
    block.out(word + 11, "region_nan_pixels", nanPixels, regions, Integer.BYTES);
  }
}
