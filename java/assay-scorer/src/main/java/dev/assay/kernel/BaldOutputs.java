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

  /** Writes the four words of an AssayBaldMaps. */
  void putMaps(ArgumentBlock block, int word, long pixels) {
    block.out(word, "mutual_information", mutualInformation, pixels, Float.BYTES);
    block.out(word + 1, "mean_argmax", meanArgmax, pixels, 1);
    block.out(word + 2, "predictive_entropy", predictiveEntropy, pixels, Float.BYTES);
    block.out(word + 3, "expected_entropy", expectedEntropy, pixels, Float.BYTES);
  }

  /** Writes the regions' five output words in the header's order. */
  void putRegions(ArgumentBlock block, int word, long regions, long classes) {
    block.out(word, "mutual_information_mean", mutualInformationMean, regions, Float.BYTES);
    block.out(word + 1, "predictive_entropy_mean", predictiveEntropyMean, regions, Float.BYTES);
    block.out(word + 2, "expected_entropy_mean", expectedEntropyMean, regions, Float.BYTES);
    block.out(word + 3, "class_histogram", classHistogram, regions * classes, Integer.BYTES);
    block.out(word + 4, "region_nan_pixels", regionNanPixels, regions, Integer.BYTES);
  }
}
