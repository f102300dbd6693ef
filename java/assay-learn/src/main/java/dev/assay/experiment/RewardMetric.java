package dev.assay.experiment;

import dev.assay.kernel.ConfusionMatrix;
import java.util.Arrays;

/**
 * The number whose gain is an agent's reward: a weighted mean of the IoU over the classes that are
 * in truth or prediction, {@code sum_c w_c IoU_c / sum_c w_c}. Immutable.
 */
final class RewardMetric {
  /** Keeps 1 / ln(eps + f) positive for every share f, and the rarest class's weight finite. */
  private static final double EPSILON = 1.02;

  /** What stands for the unstated eps where the printed formula is asked for. */
  private static final double PRINTED_EPSILON = 1e-8;

  private final double[] weights;

  private RewardMetric(double[] weights) {
    this.weights = weights;
  }

  /** RALIS, section 3.1: the mean IoU. */
  static RewardMetric miou(int classes) {
    double[] ones = new double[classes];
    Arrays.fill(ones, 1);
    return new RewardMetric(ones);
  }

  /**
   * Weighted IoU with {@code w_c = 1 / ln(1.02 + f_c)}, f_c the class's share of the labelled
   * pixels: positive, and the larger the rarer the class (on CamVid the rarest class weighs 13
   * times as much as the commonest).
   */
  static RewardMetric weightedIou(long[] classPixels) {
    return new RewardMetric(weights(classPixels, EPSILON));
  }

  /**
   * Weighted IoU with {@code w_c = 1 / log(f_c + eps)} as the paper prints it, eps = 1e-8. As f_c
   * is below 1 these weights are negative; divided by their sum they are positive, but give
   * <em>frequent</em> classes the larger weight, the opposite of what the paper intends. For
   * comparison only.
   */
  static RewardMetric weightedIouAsPrinted(long[] classPixels) {
    return new RewardMetric(weights(classPixels, PRINTED_EPSILON));
  }

  private static double[] weights(long[] classPixels, double epsilon) {
    long total = Arrays.stream(classPixels).sum();
    if (total == 0) {
      throw new IllegalArgumentException("class pixels are all 0, expected at least one pixel");
    }
    return Arrays.stream(classPixels)
        .mapToDouble(pixels -> 1 / Math.log((double) pixels / total + epsilon))
        .toArray();
  }

  /** The weight of each class. */
  double[] weights() {
    return weights.clone();
  }

  /** In [0, 1]; NaN when nothing is counted. */
  double of(ConfusionMatrix matrix) {
    double sum = 0;
    double weight = 0;
    for (int c = 0; c < weights.length; c++) {
      double iou = matrix.iou(c);
      if (!Double.isNaN(iou)) {
        sum += weights[c] * iou;
        weight += weights[c];
      }
    }
    return sum / weight;
  }
}
