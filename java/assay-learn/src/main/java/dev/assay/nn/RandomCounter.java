package dev.assay.nn;

import java.util.function.LongSupplier;

/**
 * Where a graph is in its random numbers: a seed and a step. Every stochastic layer derives its key
 * from (seed, step, layer), so a resumed run draws what the uninterrupted one would have.
 */
public final class RandomCounter {
  private long seed;
  private long step;

  /** Sets the position before a forward pass. */
  public void set(long newSeed, long newStep) {
    this.seed = newSeed;
    this.step = newStep;
  }

  LongSupplier stream(int layer) {
    return () -> mix(mix(mix(seed) + step) + layer);
  }

  /** SplitMix64's finaliser over the next odd multiple of the golden ratio. */
  static long mix(long z) {
    z += 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
