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

  void check(long regions, long classes) {
    Check.span("class_histogram", classHistogram, regions * classes, Integer.BYTES);
    Check.span("entropy_min", entropyMin, regions * CELLS, Float.BYTES);
    Check.span("entropy_avg", entropyAvg, regions * CELLS, Float.BYTES);
    Check.span("entropy_max", entropyMax, regions * CELLS, Float.BYTES);
    Check.span("entropy_mean", entropyMean, regions, Float.BYTES);
    Check.span("margin_mean", marginMean, regions, Float.BYTES);
    Check.span("least_confidence_mean", leastConfidenceMean, regions, Float.BYTES);
    Check.span("probability_mean", probabilityMean, regions * classes, Float.BYTES);
    Check.span("context_mixture", contextMixture, regions * classes * classes, Float.BYTES);
    Check.span("entropy_by_class", entropyByClass, regions * classes, Float.BYTES);
    Check.span("margin_by_class", marginByClass, regions * classes, Float.BYTES);
    Check.span("region_nan_pixels", nanPixels, regions, Integer.BYTES);
  }

  /** Writes the twelve output words in the header's order. */
  void put(ArgumentBlock block, int word) {
    block.put(word, classHistogram);
    block.put(word + 1, entropyMin);
    block.put(word + 2, entropyAvg);
    block.put(word + 3, entropyMax);
    block.put(word + 4, entropyMean);
    block.put(word + 5, marginMean);
    block.put(word + 6, leastConfidenceMean);
    block.put(word + 7, probabilityMean);
    block.put(word + 8, contextMixture);
    block.put(word + 9, entropyByClass);
    block.put(word + 10, marginByClass);
    block.put(word + 11, nanPixels);
  }

  void lease(Leases leases) {
    leases.take(classHistogram);
    leases.take(entropyMin);
    leases.take(entropyAvg);
    leases.take(entropyMax);
    leases.take(entropyMean);
    leases.take(marginMean);
    leases.take(leastConfidenceMean);
    leases.take(probabilityMean);
    leases.take(contextMixture);
    leases.take(entropyByClass);
    leases.take(marginByClass);
    leases.take(nanPixels);
  }
}
