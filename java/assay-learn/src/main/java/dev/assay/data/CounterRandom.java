package dev.assay.data;

/**
 * Random numbers as a pure function of a seed and counters (SplitMix64's finaliser over their sum),
 * so that what is drawn does not depend on which thread draws it or in what order.
 */
final class CounterRandom {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private CounterRandom() {}

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  static long bits(long seed, long a, long b) {
    return mix(mix(mix(seed + GOLDEN) + a * GOLDEN + GOLDEN) + b * GOLDEN + GOLDEN);
  }

  /** Uniform in [0, bound); the bias is below bound / 2^64. */
  static int below(long bits, int bound) {
    return (int) Math.multiplyHigh(bits >>> 1, (long) bound << 1);
  }

  /** Uniform in [0, 1) with 53 bits. */
  static double unit(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }
}
