package dev.assay.kernel;

import java.util.Arrays;

/** Pixel counts by true class (row) and predicted class (column); an immutable value. */
public final class ConfusionMatrix {
  private final int classes;
  private final long[] counts;

  private ConfusionMatrix(int classes, long[] counts) {
    this.classes = classes;
    this.counts = counts;
  }

  /** All zeros. */
  public static ConfusionMatrix empty(int classes) {
    Check.classes(classes);
    return new ConfusionMatrix(classes, new long[classes * classes]);
  }

  /** From counts [classes, classes], rows truth. */
  public static ConfusionMatrix of(int classes, long[] counts) {
    Check.classes(classes);
    if (counts.length != classes * classes) {
      throw new IllegalArgumentException(
          "counts has " + counts.length + " entries, expected " + classes + " x " + classes);
    }
    for (long count : counts) {
      Check.count("count", count);
    }
    return new ConfusionMatrix(classes, counts.clone());
  }

  /** Takes over counts that nobody else holds and that are known to be valid. */
  static ConfusionMatrix owning(int classes, long[] counts) {
    return new ConfusionMatrix(classes, counts);
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /** Pixels of class {@code truth} that were predicted as {@code prediction}. */
  public long count(int truth, int prediction) {
    return counts[truth * classes + prediction];
  }

  /** A copy of the counts [classes, classes], rows truth. */
  public long[] counts() {
    return counts.clone();
  }

  /** The sum of this and {@code other}. */
  public ConfusionMatrix plus(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          "classes=" + other.classes + " must be " + classes + ", as in the other matrix");
    }
    long[] sum = new long[counts.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.addExact(counts[i], other.counts[i]);
    }
    return new ConfusionMatrix(classes, sum);
  }

  /** Counted pixels. */
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /**
   * Intersection over union of one class: true positives / (truth + predicted - true positives);
   * NaN when the class is in neither truth nor prediction.
   */
  public double iou(int c) {
    long truth = 0;
    long predicted = 0;
    for (int i = 0; i < classes; i++) {
      truth += count(c, i);
      predicted += count(i, c);
    }
    long hit = count(c, c);
    long union = truth + predicted - hit;
    return union == 0 ? Double.NaN : (double) hit / union;
  }

  /** {@link #iou(int)} of every class. */
  public double[] iou() {
    double[] values = new double[classes];
    Arrays.setAll(values, this::iou);
    return values;
  }

  /**
   * Mean of the IoU over the classes present in truth or prediction; NaN when nothing is counted.
   */
  public double miou() {
    return Arrays.stream(iou()).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
  }

  /** Share of the counted pixels that were predicted right; NaN when nothing is counted. */
  public double accuracy() {
    long right = 0;
    for (int c = 0; c < classes; c++) {
      right += count(c, c);
    }
    long total = total();
    return total == 0 ? Double.NaN : (double) right / total;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix m
        && m.classes == classes
        && Arrays.equals(m.counts, counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "ConfusionMatrix[classes=" + classes + ", pixels=" + total() + ", miou=" + miou() + "]";
  }
}
