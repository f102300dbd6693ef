package dev.assay.kernel;

import dev.assay.memory.Span;

/**
 * Where {@link Bald} writes what the passes say; what is not set is not computed. Set once and
 * reuse.
 */
public final class BaldOutputs {
  private Span mutualInformation;
  private Span meanArgmax;
  private Span predictiveEntropy;
  private Span expectedEntropy;
  private Span mutualInformationMean;
  private Span predictiveEntropyMean;
  private Span expectedEntropyMean;
  private Span classHistogram;
  private Span regionNanPixels;

  /** Entropy of the mean minus mean entropy, f32 [h, w], nats, at least 0. */
  public BaldOutputs mutualInformation(Span span) {
    mutualInformation = span;
    return this;
  }

  /** Most probable class of the mean, u8 [h, w]; 255 where there is no distribution. */
  public BaldOutputs meanArgmax(Span span) {
    meanArgmax = span;
    return this;
  }

  /** Entropy of the mean distribution, f32 [h, w], nats. */
  public BaldOutputs predictiveEntropy(Span span) {
    predictiveEntropy = span;
    return this;
  }

  /** Mean of the passes' entropies, f32 [h, w], nats. */
  public BaldOutputs expectedEntropy(Span span) {
    expectedEntropy = span;
    return this;
  }

  /** Mean over each region, f32 [R]: the BALD score. */
  public BaldOutputs mutualInformationMean(Span span) {
    mutualInformationMean = span;
    return this;
  }

  /** Mean over each region, f32 [R]. */
  public BaldOutputs predictiveEntropyMean(Span span) {
    predictiveEntropyMean = span;
    return this;
  }

  /** Mean over each region, f32 [R]. */
  public BaldOutputs expectedEntropyMean(Span span) {
    expectedEntropyMean = span;
    return this;
  }

  /** Pixels of each region by mean argmax, i32 [R, C]. */
  public BaldOutputs classHistogram(Span span) {
    classHistogram = span;
    return this;
  }

  /** Pixels of each region without a distribution, i32 [R]. */
  public BaldOutputs regionNanPixels(Span span) {
    regionNanPixels = span;
    return this;
  }

  void check(long pixels, long regions, long classes) {
    Check.span("mutual_information", mutualInformation, pixels, Float.BYTES);
    Check.span("mean_argmax", meanArgmax, pixels, 1);
    Check.span("predictive_entropy", predictiveEntropy, pixels, Float.BYTES);
    Check.span("expected_entropy", expectedEntropy, pixels, Float.BYTES);
    Check.span("mutual_information_mean", mutualInformationMean, regions, Float.BYTES);
    Check.span("predictive_entropy_mean", predictiveEntropyMean, regions, Float.BYTES);
    Check.span("expected_entropy_mean", expectedEntropyMean, regions, Float.BYTES);
    Check.span("class_histogram", classHistogram, regions * classes, Integer.BYTES);
    Check.span("region_nan_pixels", regionNanPixels, regions, Integer.BYTES);
  }

  /** Writes the four words of an AssayBaldMaps. */
  void putMaps(ArgumentBlock block, int word) {
    block.put(word, mutualInformation);
    block.put(word + 1, meanArgmax);
    block.put(word + 2, predictiveEntropy);
    block.put(word + 3, expectedEntropy);
  }

  /** Writes the regions' five output words in the header's order. */
  void putRegions(ArgumentBlock block, int word) {
    block.put(word, mutualInformationMean);
    block.put(word + 1, predictiveEntropyMean);
    block.put(word + 2, expectedEntropyMean);
    block.put(word + 3, classHistogram);
    block.put(word + 4, regionNanPixels);
  }

  void lease(Leases leases) {
    leases.take(mutualInformation);
    leases.take(meanArgmax);
    leases.take(predictiveEntropy);
    leases.take(expectedEntropy);
    leases.take(mutualInformationMean);
    leases.take(predictiveEntropyMean);
    leases.take(expectedEntropyMean);
    leases.take(classHistogram);
    leases.take(regionNanPixels);
  }
}
