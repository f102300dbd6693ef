package dev.assay.kernel;

import dev.assay.memory.Span;

/**
 * Where {@link KlHistogram} writes, for M candidates and L references; null means not wanted.
 *
 * @param histogram f32 [M, 32], shares of the L scores; zeros when L is 0
 * @param klMin f64 [M], nats: lower end of the candidate's bins
 * @param klMax f64 [M], nats: upper end
 * @param kl f64 [M, L], nats: the scores themselves
 */
public record KlOutputs(Span histogram, Span klMin, Span klMax, Span kl) {
  /** The histograms alone. */
  public static KlOutputs histogram(Span histogram) {
    return new KlOutputs(histogram, null, null, null);
  }

  /** Writes the four output words. */
  void put(ArgumentBlock block, int word, long candidates, long references) {
    block.out(
        word,
        "histogram",
        histogram,
        Math.multiplyExact(candidates, KlHistogram.BINS),
        Float.BYTES);
    block.out(word + 1, "kl_min", klMin, candidates, Double.BYTES);
    block.out(word + 2, "kl_max", klMax, candidates, Double.BYTES);
    block.out(word + 3, "kl", kl, Math.multiplyExact(candidates, references), Double.BYTES);
  }
}
