package dev.assay.select;

import dev.assay.device.Exec;
import dev.assay.kernel.MixtureView;
import dev.assay.kernel.SquaredDistances;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import org.agrona.UnsafeApi;

/**
 * The rewards that train the frame-selection policy of CDAL (Agarwal et al., "Contextual diversity
 * for active learning", ECCV 2020, section 3.2) for one selected batch of images.
 *
 * <p>One call at a time; close it when done.
 */
public final class ContextRewards implements AutoCloseable {
  /** The paper's weight of contextual diversity in the total. */
  public static final double ALPHA = 0.75;

  // What a share of 0 counts as, as in the distances.
  private static final double FLOOR = 1e-12;

  // Images of the whole set whose distances are held at a time.
  private static final long ROWS_AT_A_TIME = 1024;

  private final Exec exec;
  private final SquaredDistances squaredDistances = new SquaredDistances();

  /**
   * How the distances of all ordered pairs of a batch, an image with itself included, are put
   * together.
   */
  public enum Pairs {
    /** Comparable between batches of different size. */
    MEAN,
    /** Eq. 3 of the paper. */
    SUM
  }

  /** Rewards that are computed with {@code exec}. */
  public ContextRewards(Exec exec) {
    this.exec = exec;
  }

  /**
   * Rcd, the contextual diversity of the selected images; 0 for none. Of a class that m of them
   * have, the distances 0.5 sum_k (a_k - b_k) (ln a_k - ln b_k) of all ordered pairs add up to m
   * sum_a &lt;a, ln a&gt; - &lt;sum_a a, sum_a ln a&gt;: no pair is looked at.
   */
  public static double contextualDiversity(MixtureView selected, Pairs pairs) {
    int classes = selected.classes();
    long[] images = new long[classes];
    double[] own = new double[classes];
    double[] sums = new double[classes * classes];
    double[] logSums = new double[classes * classes];
    for (long row = 0; row < selected.images() * classes; row++) {
      if (UnsafeApi.getByte(selected.present().address() + row) == 0) {
        continue;
      }
      int c = (int) (row % classes);
      images[c]++;
      for (int k = 0; k < classes; k++) {
        long at = selected.mixture().address() + (row * classes + k) * Float.BYTES;
        double p = Math.max(UnsafeApi.getFloat(at), FLOOR);
        double log = Math.log(p);
        own[c] += p * log;
        sums[c * classes + k] += p;
        logSums[c * classes + k] += log;
      }
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += images[c] * own[c];
    }
    for (int i = 0; i < sums.length; i++) {
      sum -= sums[i] * logSums[i];
    }
    // Equal images are 0 apart; what rounding leaves of that may be below.
    double diversity = Math.max(sum, 0);
    double count = (double) selected.images() * selected.images();
    return pairs == Pairs.SUM || count == 0 ? diversity : diversity / count;
  }

  /**
   * Rvr (Eq. 4): exp of minus the mean Euclidean distance of all images to the closest selected
   * one.
   *
   * @throws IllegalArgumentException if either is empty
   */
  public double visualRepresentation(MatrixView all, MatrixView selected) {
    if (all.rows() == 0 || selected.rows() == 0) {
      throw new IllegalArgumentException(
          "all.rows=" + all.rows() + ", selected.rows=" + selected.rows() + " must be at least 1");
    }
    long most = Math.min(ROWS_AT_A_TIME, all.rows());
    try (HostBuffer squared =
        HostBuffer.floats("squared distances", Math.multiplyExact(most, selected.rows()))) {
      double sum = 0;
      for (long first = 0; first < all.rows(); first += most) {
        long rows = Math.min(most, all.rows() - first);
        squaredDistances.run(exec, all.rows(first, rows), selected, Span.of(squared));
        sum += sumOfNearest(squared, rows, selected.rows());
      }
      return Math.exp(-sum / all.rows());
    }
  }

  private static double sumOfNearest(HostBuffer squared, long rows, long columns) {
    double sum = 0;
    for (long row = 0; row < rows; row++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (long column = 0; column < columns; column++) {
        nearest = Math.min(nearest, squared.getFloat(row * columns + column));
      }
      sum += Math.sqrt(nearest);
    }
    return sum;
  }

  /**
   * Rsr (Eq. 5): the sum over classes of ln(max(pixels, 1) / lambda). The paper's own form is minus
   * infinity as soon as a class has no pixel, whatever the others are.
   *
   * @param pixels pixels of the selected images by predicted class
   * @param lambda pixels below which a class counts as short of representation
   */
  public static double semanticRepresentation(long[] pixels, double lambda) {
    if (!(lambda > 0)) {
      throw new IllegalArgumentException("lambda=" + lambda + " must be > 0");
    }
    double sum = 0;
    for (long count : pixels) {
      sum += Math.log(Math.max(count, 1) / lambda);
    }
    return sum;
  }

  /** R = alpha Rcd + (1 - alpha) (Rvr + Rsr). */
  public static double total(
      double contextualDiversity,
      double visualRepresentation,
      double semanticRepresentation,
      double alpha) {
    return alpha * contextualDiversity
        + (1 - alpha) * (visualRepresentation + semanticRepresentation);
  }

  @Override
  public void close() {
    squaredDistances.close();
  }
}
