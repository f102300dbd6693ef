package dev.assay.kernel;

import dev.assay.memory.Span;

/**
 * The running sums of an image's stochastic passes between calls of {@link Bald}. Their first use,
 * with no passes before, overwrites whatever they hold.
 *
 * @param probability f32 [c, h, w]
 * @param entropy f32 [h, w]; NaN marks pixels that some pass gave no distribution
 */
public record PassSums(Span probability, Span entropy) {
  /** For a call that holds all passes itself. */
  public static final PassSums NONE = new PassSums(null, null);

  /** Checks both, or that neither is there. */
  public PassSums {
    if ((probability == null) != (entropy == null)) {
      throw new IllegalArgumentException(
          "probability="
              + probability
              + ", entropy="
              + entropy
              + " must both be given, or neither");
    }
  }

  void check(long passesBefore) {
    Check.count("passes_before", passesBefore);
    if (passesBefore > 0 && probability == null) {
      throw new IllegalArgumentException(
          "passes_before=" + passesBefore + " must be 0 without sums that hold them");
    }
  }

  /** Writes both words. */
  void put(ArgumentBlock block, int word, long pixels, long classes) {
    long values = Math.multiplyExact(pixels, classes);
    block.inOut(word, "probability_sum", probability, values, Float.BYTES);
    block.inOut(word + 1, "entropy_sum", entropy, pixels, Float.BYTES);
  }
}
