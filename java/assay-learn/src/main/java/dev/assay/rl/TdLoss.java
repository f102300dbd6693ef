package dev.assay.rl;

/** The loss of one temporal-difference error e = Q - y; a batch's loss is the mean. */
public enum TdLoss {
  /** 0.5 e^2 below |e| = 1, |e| - 0.5 above: the public code. */
  SMOOTH_L1 {
    @Override
    double value(double e) {
      double size = Math.abs(e);
      return size < 1 ? 0.5 * e * e : size - 0.5;
    }

    @Override
    double slope(double e) {
      return Math.max(-1, Math.min(1, e));
    }
  },
  /** e^2: the paper's Eq. 2. */
  SQUARED {
    @Override
    double value(double e) {
      return e * e;
    }

    @Override
    double slope(double e) {
      return 2 * e;
    }
  };

  abstract double value(double e);

  /** d value / d e. */
  abstract double slope(double e);
}
