package dev.assay.rl;

/**
 * Probability of a random action as a function of the step t, counted over all episodes from 0: end
 * + (start - end) exp(-t / decay). One draw decides for all sub-actions of a step.
 */
public record EpsilonSchedule(double start, double end, double decay) {
  /** The public code's values; the paper gives none. */
  public static final EpsilonSchedule RALIS = new EpsilonSchedule(0.9, 0.05, 10);

  /** Checks the ranges. */
  public EpsilonSchedule {
    if (!(0 <= end && end <= start && start <= 1 && decay > 0)) {
      throw new IllegalArgumentException(
          "epsilon: start="
              + start
              + " end="
              + end
              + " decay="
              + decay
              + " must hold 0 <= end <= start <= 1 and decay > 0");
    }
  }

  /** The probability at step {@code t}. */
  public double at(long t) {
    if (t < 0) {
      throw new IllegalArgumentException("step=" + t + " must be >= 0");
    }
    return end + (start - end) * Math.exp(-t / decay);
  }
}
