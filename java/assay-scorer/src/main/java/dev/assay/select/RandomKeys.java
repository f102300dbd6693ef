package dev.assay.select;

/**
 * Counter-based random numbers: each is a hash of (seed, round, purpose) and two counters, nothing
 * is drawn "next". The hash chains SplitMix64's finaliser (Steele, Lea and Flood, OOPSLA 2014) over
 * the words. Immutable and thread-safe.
 */
public final class RandomKeys {
  /** What a number is used for; numbers of different purposes are independent. */
  public enum Purpose {
    INITIAL_SET(1),
    SCORE(2),
    CLASS_DRAW(3),
    POOL(4),
    TRAINING(5),
    WEIGHTS(6),
    REPLAY(16),
    EXPLORATION(17),
    STATE_SET(18),
    NOISE(21),
    DISTANCE_DRAW(22),
    EPISODE(23);

    private final int code;

    Purpose(int code) {
      this.code = code;
    }
  }

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final long round;

  /** The numbers of one round of one seeded run. */
  public RandomKeys(long seed, long round) {
    this.seed = seed;
    this.round = round;
  }

  /** 64 uniform bits for the counters (a, b). */
  public long bits(Purpose purpose, long a, long b) {
    long hash = mix(seed + GOLDEN);
    hash = mix((hash ^ round) + GOLDEN);
    hash = mix((hash ^ purpose.code) + GOLDEN);
    hash = mix((hash ^ a) + GOLDEN);
    return mix((hash ^ b) + GOLDEN);
  }

  /** A uniform double in [0, 1), a multiple of 2^-53. */
  public double uniform(Purpose purpose, long a, long b) {
    return (bits(purpose, a, b) >>> 11) * 0x1.0p-53;
  }

  /**
   * A uniform integer in [0, bound); the bias is below bound / 2^64.
   *
   * @throws IllegalArgumentException if {@code bound} is not positive
   */
  public int below(int bound, Purpose purpose, long a, long b) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound=" + bound + " must be > 0");
    }
    long bits = bits(purpose, a, b);
    // The upper 64 bits of the unsigned product bits * bound.
    return (int) (Math.multiplyHigh(bits, bound) + ((bits >> 63) & bound));
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
