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

  void check(long candidates, long references) {
    Check.span(
        "histogram", histogram, Math.multiplyExact(candidates, KlHistogram.BINS), Float.BYTES);
    Check.span("kl_min", klMin, candidates, Double.BYTES);
    Check.span("kl_max", klMax, candidates, Double.BYTES);
    Check.span("kl", kl, Math.multiplyExact(candidates, references), Double.BYTES);
  }

  /** Writes the four output words. */
  void put(ArgumentBlock block, int word) {
    block.put(word, histogram);
    block.put(word + 1, klMin);
    block.put(word + 2, klMax);
    block.put(word + 3, kl);
  }

  void lease(Leases leases) {
    leases.take(histogram);
    leases.take(klMin);
    leases.take(klMax);
    leases.take(kl);
  }
}
