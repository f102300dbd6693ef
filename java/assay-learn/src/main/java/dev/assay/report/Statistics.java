package dev.assay.report;

/**
 * Small-sample statistics: mean, standard deviation, Student's t and the exact sign-flip test. Pure
 * functions in double; no method changes its arguments.
 */
final class Statistics {
  /** Above this many pairs the sign-flip test would visit more than a million sign patterns. */
  static final int MAX_EXACT_PAIRS = 20;

  private static final double[] LANCZOS = {
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
    -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
    1.5056327351493116e-7
  };

  private Statistics() {}

  /** A closed interval. */
  record Interval(double low, double high) {
    boolean contains(double value) {
      return low <= value && value <= high;
    }
  }

  /** Arithmetic mean; NaN for no values. */
  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Sample standard deviation (divisor n - 1); NaN for fewer than two values. */
  static double standardDeviation(double[] values) {
    if (values.length < 2) {
      return Double.NaN;
    }
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  /**
   * Two-sided confidence interval of the mean from Student's t with n - 1 degrees of freedom: exact
   * when the values are normal.
   *
   * @throws IllegalArgumentException for fewer than two values
   */
  static Interval meanInterval(double[] values, double confidence) {
    if (values.length < 2) {
      throw new IllegalArgumentException("values.length=" + values.length + " must be at least 2");
    }
    double half =
        studentQuantile(0.5 + confidence / 2, values.length - 1)
            * standardDeviation(values)
            / Math.sqrt(values.length);
    double mean = mean(values);
    return new Interval(mean - half, mean + half);
  }

  /**
   * Exact two-sided sign-flip (paired permutation) p-value of "the differences are symmetric about
   * 0": the share of the 2^n sign patterns whose sum is at least as far from 0 as the observed one.
   * Its smallest possible value is 2 / 2^n, so fewer than six pairs can never give p below 0.05.
   *
   * @return NaN for no differences or more than {@link #MAX_EXACT_PAIRS}
   */
  static double signFlipPValue(double[] differences) {
    int n = differences.length;
    if (n == 0 || n > MAX_EXACT_PAIRS) {
      return Double.NaN;
    }
    double observed = Math.abs(mean(differences) * n);
    double tolerance = 1e-12 * Math.max(1, observed);
    int atLeast = 0;
    for (int pattern = 0; pattern < 1 << n; pattern++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += (pattern >> i & 1) == 0 ? differences[i] : -differences[i];
      }
      if (Math.abs(sum) >= observed - tolerance) {
        atLeast++;
      }
    }
    return (double) atLeast / (1 << n);
  }

  /**
   * Quantile of Student's t: the value below which a share {@code probability} of the distribution
   * lies.
   */
  static double studentQuantile(double probability, int degreesOfFreedom) {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException("probability=" + probability + " must be inside (0, 1)");
    }
    if (degreesOfFreedom < 1) {
      throw new IllegalArgumentException(
          "degreesOfFreedom=" + degreesOfFreedom + " must be at least 1");
    }
    if (probability < 0.5) {
      return -studentQuantile(1 - probability, degreesOfFreedom);
    }
    double low = 0;
    double high = 1;
    while (studentCdf(high, degreesOfFreedom) < probability) {
      high *= 2;
    }
    // Bisection: the distribution function is monotone, and a report asks for a handful of values.
    for (int i = 0; i < 200 && high - low > 1e-13 * high; i++) {
      double middle = (low + high) / 2;
      if (studentCdf(middle, degreesOfFreedom) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** Distribution function of Student's t. */
  static double studentCdf(double t, int degreesOfFreedom) {
    double x = degreesOfFreedom / (degreesOfFreedom + t * t);
    double tail = regularisedBeta(x, degreesOfFreedom / 2.0, 0.5) / 2;
    return t < 0 ? tail : 1 - tail;
  }

  /** I_x(a, b), by the continued fraction of Abramowitz and Stegun 26.5.8 (Lentz's method). */
  static double regularisedBeta(double x, double a, double b) {
    if (x <= 0 || x >= 1) {
      return x <= 0 ? 0 : 1;
    }
    if (x > (a + 1) / (a + b + 2)) {
      return 1 - regularisedBeta(1 - x, b, a);
    }
    double front =
        Math.exp(
            logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
    double c = 1;
    double d = 1 / (1 - (a + b) * x / (a + 1));
    double fraction = d;
    for (int m = 1; m < 500; m++) {
      double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / (1 + even * d);
      c = 1 + even / c;
      fraction *= d * c;
      double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / (1 + odd * d);
      c = 1 + odd / c;
      double step = d * c;
      fraction *= step;
      if (Math.abs(step - 1) < 1e-15) {
        break;
      }
    }
    return front * fraction / a;
  }

  /** ln of the gamma function for x > 0 (Lanczos, g = 7, relative error near 1e-15). */
  static double logGamma(double x) {
    double sum = LANCZOS[0];
    for (int i = 1; i < LANCZOS.length; i++) {
      sum += LANCZOS[i] / (x - 1 + i);
    }
    double t = x - 1 + 7.5;
    return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
  }
}
