package dev.assay.report;

/** Class distributions from pixel counts. */
final class Shares {
  private Shares() {}

  /** Counts divided by their sum; all zero when the sum is zero. */
  static double[] of(long[] counts) {
    double total = 0;
    for (long count : counts) {
      total += count;
    }
    double[] shares = new double[counts.length];
    for (int c = 0; c < counts.length && total > 0; c++) {
      shares[c] = counts[c] / total;
    }
    return shares;
  }

  /** Entropy -sum p ln p in nats, 0 ln 0 = 0. */
  static double entropyNats(double[] shares) {
    double entropy = 0;
    for (double p : shares) {
      if (p > 0) {
        entropy -= p * Math.log(p);
      }
    }
    return entropy;
  }
}
