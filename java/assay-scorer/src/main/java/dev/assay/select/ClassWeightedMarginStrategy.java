package dev.assay.select;

import dev.assay.score.Column;
import dev.assay.score.Signal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Uncertainty with rare classes weighted up: the region's mean of w_c (1 - margin) over its pixels,
 * c the predicted class, w_c = (k p_c + 1)^-2 and p_c the share of class c in the pool's
 * predictions (the class balancing of MulActSeg: Hwang et al., "Active learning for semantic
 * segmentation with multi-class label query", NeurIPS 2023). The paper measures uncertainty by the
 * ratio of the two largest probabilities; here it is one minus their difference, which sums by
 * class exactly.
 */
final class ClassWeightedMarginStrategy extends ScoredStrategy {
  private static final String MARGINS = "margin_by_class";
  private static final List<String> PARTS = List.of("uncertainty_mean", "class_weight_mean");

  private final double k;

  /** {@code k} is the strength of the balancing; 0 is none. */
  ClassWeightedMarginStrategy(double k) {
    this.k = k;
  }

  @Override
  public String name() {
    return "class_weighted_margin(k=" + Specification.number(k) + ")";
  }

  @Override
  public Set<String> columns() {
    return Set.of(MARGINS, Signal.CLASS_HISTOGRAM.key());
  }

  @Override
  Scores scores(Round round, int[] subset) {
    Candidates candidates = round.candidates();
    int classes = candidates.classes();
    Column histogram = candidates.column(Signal.CLASS_HISTOGRAM.key(), Column.Type.I32, classes);
    Column margins = candidates.column(MARGINS, Column.Type.F32, classes);
    double[] weights = weights(histogram, subset);
    double[] ones = new double[classes];
    Arrays.fill(ones, 1);
    return new Scores() {
      @Override
      public double score(int i) {
        return weighted(histogram, margins, weights, i);
      }

      @Override
      public List<String> parts() {
        return PARTS;
      }

      @Override
      public double part(int part, int i) {
        return part == 0
            ? weighted(histogram, margins, ones, i)
            : meanWeight(histogram, weights, i);
      }
    };
  }

  /** Counts are whole numbers, so the shares do not depend on the order of the pool. */
  private double[] weights(Column histogram, int[] subset) {
    long[] pixels = new long[histogram.width()];
    long all = 0;
    for (int i : subset) {
      for (int c = 0; c < pixels.length; c++) {
        pixels[c] += histogram.getInt(i, c);
        all += histogram.getInt(i, c);
      }
    }
    double[] weights = new double[pixels.length];
    for (int c = 0; c < weights.length; c++) {
      double root = k * pixels[c] / Math.max(1, all) + 1;
      weights[c] = 1 / (root * root);
    }
    return weights;
  }

  private static double weighted(Column histogram, Column margins, double[] weights, int i) {
    double sum = 0;
    long pixels = 0;
    for (int c = 0; c < weights.length; c++) {
      int n = histogram.getInt(i, c);
      sum += weights[c] * (n - (double) margins.getFloat(i, c));
      pixels += n;
    }
    return pixels == 0 ? 0 : sum / pixels;
  }

  private static double meanWeight(Column histogram, double[] weights, int i) {
    double sum = 0;
    long pixels = 0;
    for (int c = 0; c < weights.length; c++) {
      sum += weights[c] * histogram.getInt(i, c);
      pixels += histogram.getInt(i, c);
    }
    return pixels == 0 ? 0 : sum / pixels;
  }
}
