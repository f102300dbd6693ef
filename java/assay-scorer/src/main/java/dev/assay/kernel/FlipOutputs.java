package dev.assay.kernel;

import dev.assay.memory.Span;

/**
 * Where {@link FlipConsistency} writes; what is not set is not computed. Set once and reuse. Means
 * are over R regions or n images.
 */
public final class FlipOutputs {
  private Span symmetricKl;
  private Span jensenShannon;
  private Span entropyOfMean;
  private Span entropy;
  private Span entropyFlipped;
  private Span argmaxDisagreement;
  private Span symmetricKlMean;
  private Span jensenShannonMean;
  private Span entropyOfMeanMean;
  private Span entropyMean;
  private Span entropyFlippedMean;
  private Span argmaxDisagreementMean;
  private Span regionNanPixels;
  private Span imageEntropySum;
  private Span imageSymmetricKl;
  private Span imageJensenShannon;
  private Span imageEntropyOfMean;
  private Span imageArgmaxDisagreement;

  /** Mean of both KL divergences, f32 [n, h, w], nats. */
  public FlipOutputs symmetricKl(Span span) {
    symmetricKl = span;
    return this;
  }

  /** Jensen-Shannon divergence, f32 [n, h, w], nats. */
  public FlipOutputs jensenShannon(Span span) {
    jensenShannon = span;
    return this;
  }

  /** Entropy of the mean of both distributions, f32 [n, h, w], nats. */
  public FlipOutputs entropyOfMean(Span span) {
    entropyOfMean = span;
    return this;
  }

  /** Entropy of the first prediction, f32 [n, h, w], nats. */
  public FlipOutputs entropy(Span span) {
    entropy = span;
    return this;
  }

  /** Entropy of the second, mirrored back, f32 [n, h, w], nats. */
  public FlipOutputs entropyFlipped(Span span) {
    entropyFlipped = span;
    return this;
  }

  /** 1 where the most probable classes differ, u8 [n, h, w]; 255: no distribution. */
  public FlipOutputs argmaxDisagreement(Span span) {
    argmaxDisagreement = span;
    return this;
  }

  /** Mean over each region, f32 [R]. */
  public FlipOutputs symmetricKlMean(Span span) {
    symmetricKlMean = span;
    return this;
  }

  /** Mean over each region, f32 [R]. */
  public FlipOutputs jensenShannonMean(Span span) {
    jensenShannonMean = span;
    return this;
  }

  /** Mean over each region, f32 [R]. */
  public FlipOutputs entropyOfMeanMean(Span span) {
    entropyOfMeanMean = span;
    return this;
  }

  /** Mean over each region, f32 [R]. */
  public FlipOutputs entropyMean(Span span) {
    entropyMean = span;
    return this;
  }

  /** Mean over each region, f32 [R]. */
  public FlipOutputs entropyFlippedMean(Span span) {
    entropyFlippedMean = span;
    return this;
  }

  /** Share of each region's pixels, f32 [R]. */
  public FlipOutputs argmaxDisagreementMean(Span span) {
    argmaxDisagreementMean = span;
    return this;
  }

  /** Pixels of each region without a distribution, i32 [R]. */
  public FlipOutputs regionNanPixels(Span span) {
    regionNanPixels = span;
    return this;
  }

  /** Mean entropy plus mean entropy of the mirrored pass, f64 [n]: EquAL. */
  public FlipOutputs imageEntropySum(Span span) {
    imageEntropySum = span;
    return this;
  }

  /** Mean over each image, f64 [n]. */
  public FlipOutputs imageSymmetricKl(Span span) {
    imageSymmetricKl = span;
    return this;
  }

  /** Mean over each image, f64 [n]. */
  public FlipOutputs imageJensenShannon(Span span) {
    imageJensenShannon = span;
    return this;
  }

  /** Mean over each image, f64 [n]. */
  public FlipOutputs imageEntropyOfMean(Span span) {
    imageEntropyOfMean = span;
    return this;
  }

  /** Share of each image's pixels, f64 [n]. */
  public FlipOutputs imageArgmaxDisagreement(Span span) {
    imageArgmaxDisagreement = span;
    return this;
  }

  /** Writes the six words of an AssayFlipMaps. */
  void putMaps(ArgumentBlock block, int word, long pixels) {
    block.out(word, "symmetric_kl", symmetricKl, pixels, Float.BYTES);
    block.out(word + 1, "jensen_shannon", jensenShannon, pixels, Float.BYTES);
    block.out(word + 2, "entropy_of_mean", entropyOfMean, pixels, Float.BYTES);
    block.out(word + 3, "entropy", entropy, pixels, Float.BYTES);
    block.out(word + 4, "entropy_flipped", entropyFlipped, pixels, Float.BYTES);
    block.out(word + 5, "argmax_disagreement", argmaxDisagreement, pixels, 1);
  }

  /** Writes the twelve words of the means and counts in the header's order. */
  void putMeans(ArgumentBlock block, int word, long images, long regions) {
    block.out(word, "region_means.symmetric_kl", symmetricKlMean, regions, Float.BYTES);
    block.out(word + 1, "region_means.jensen_shannon", jensenShannonMean, regions, Float.BYTES);
    block.out(word + 2, "region_means.entropy_of_mean", entropyOfMeanMean, regions, Float.BYTES);
    block.out(word + 3, "region_means.entropy", entropyMean, regions, Float.BYTES);
    block.out(word + 4, "region_means.entropy_flipped", entropyFlippedMean, regions, Float.BYTES);
    block.out(
        word + 5, "region_means.argmax_disagreement", argmaxDisagreementMean, regions, Float.BYTES);
    block.out(word + 6, "region_nan_pixels", regionNanPixels, regions, Integer.BYTES);
    block.out(word + 7, "image_entropy_sum", imageEntropySum, images, Double.BYTES);
    block.out(word + 8, "image_symmetric_kl", imageSymmetricKl, images, Double.BYTES);
    block.out(word + 9, "image_jensen_shannon", imageJensenShannon, images, Double.BYTES);
    block.out(word + 10, "image_entropy_of_mean", imageEntropyOfMean, images, Double.BYTES);
    block.out(
        word + 11, "image_argmax_disagreement", imageArgmaxDisagreement, images, Double.BYTES);
  }
}
