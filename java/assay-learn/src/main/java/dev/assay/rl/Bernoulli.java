package dev.assay.rl;

/** A yes-or-no choice, given its log-odds z: exact where its probability rounds to 0 or 1. */
final class Bernoulli {
  private Bernoulli() {}

  /** Probability of yes, 1 / (1 + exp(-z)). */
  static double probability(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  /** ln p if yes, ln(1 - p) if no. */
  static double logProbability(double z, boolean yes) {
    double towards = yes ? z : -z;
    // -ln(1 + exp(-t)) without overflow.
    return Math.min(towards, 0) - Math.log1p(Math.exp(-Math.abs(towards)));
  }

  /** d logProbability / dz. */
  static double slope(double z, boolean yes) {
    return (yes ? 1 : 0) - probability(z);
  }
}
