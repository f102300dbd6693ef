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

  void check(long images, long pixels, long regions) {
    Check.span("symmetric_kl", symmetricKl, pixels, Float.BYTES);
    Check.span("jensen_shannon", jensenShannon, pixels, Float.BYTES);
    Check.span("entropy_of_mean", entropyOfMean, pixels, Float.BYTES);
    Check.span("entropy", entropy, pixels, Float.BYTES);
    Check.span("entropy_flipped", entropyFlipped, pixels, Float.BYTES);
    Check.span("argmax_disagreement", argmaxDisagreement, pixels, 1);
    Check.span("region_means.symmetric_kl", symmetricKlMean, regions, Float.BYTES);
    Check.span("region_means.jensen_shannon", jensenShannonMean, regions, Float.BYTES);
    Check.span("region_means.entropy_of_mean", entropyOfMeanMean, regions, Float.BYTES);
    Check.span("region_means.entropy", entropyMean, regions, Float.BYTES);
    Check.span("region_means.entropy_flipped", entropyFlippedMean, regions, Float.BYTES);
    Check.span("region_means.argmax_disagreement", argmaxDisagreementMean, regions, Float.BYTES);
    Check.span("region_nan_pixels", regionNanPixels, regions, Integer.BYTES);
    Check.span("image_entropy_sum", imageEntropySum, images, Double.BYTES);
    Check.span("image_symmetric_kl", imageSymmetricKl, images, Double.BYTES);
    Check.span("image_jensen_shannon", imageJensenShannon, images, Double.BYTES);
    Check.span("image_entropy_of_mean", imageEntropyOfMean, images, Double.BYTES);
    Check.span("image_argmax_disagreement", imageArgmaxDisagreement, images, Double.BYTES);
  }

  /** Writes the six words of an AssayFlipMaps. */
  void putMaps(ArgumentBlock block, int word) {
    block.put(word, symmetricKl);
    block.put(word + 1, jensenShannon);
    block.put(word + 2, entropyOfMean);
    block.put(word + 3, entropy);
    block.put(word + 4, entropyFlipped);
    block.put(word + 5, argmaxDisagreement);
  }

  /** Writes the twelve words of the means and counts in the header's order. */
  void putMeans(ArgumentBlock block, int word) {
    block.put(word, symmetricKlMean);
    block.put(word + 1, jensenShannonMean);
    block.put(word + 2, entropyOfMeanMean);
    block.put(word + 3, entropyMean);
    block.put(word + 4, entropyFlippedMean);
    block.put(word + 5, argmaxDisagreementMean);
    block.put(word + 6, regionNanPixels);
    block.put(word + 7, imageEntropySum);
    block.put(word + 8, imageSymmetricKl);
    block.put(word + 9, imageJensenShannon);
    block.put(word + 10, imageEntropyOfMean);
    block.put(word + 11, imageArgmaxDisagreement);
  }

  void lease(Leases leases) {
    leases.take(symmetricKl);
    leases.take(jensenShannon);
    leases.take(entropyOfMean);
    leases.take(entropy);
    leases.take(entropyFlipped);
    leases.take(argmaxDisagreement);
    leases.take(symmetricKlMean);
    leases.take(jensenShannonMean);
    leases.take(entropyOfMeanMean);
    leases.take(entropyMean);
    leases.take(entropyFlippedMean);
    leases.take(argmaxDisagreementMean);
    leases.take(regionNanPixels);
    leases.take(imageEntropySum);
    leases.take(imageSymmetricKl);
    leases.take(imageJensenShannon);
    leases.take(imageEntropyOfMean);
    leases.take(imageArgmaxDisagreement);
  }
}
