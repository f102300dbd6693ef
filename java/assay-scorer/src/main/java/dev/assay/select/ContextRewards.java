package dev.assay.select;

import dev.assay.device.Exec;
import dev.assay.kernel.ContextDistance;
import dev.assay.kernel.ContextForm;
import dev.assay.kernel.MixtureView;
import dev.assay.kernel.SquaredDistances;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;

/**
 * The rewards that train the frame-selection policy of CDAL (Agarwal et al., "Contextual diversity
 * for active learning", ECCV 2020, section 3.2) for one selected batch of images.
 *
 * <p>One call at a time; close it when done.
 */
public final class ContextRewards implements AutoCloseable {
  /** The paper's weight of contextual diversity in the total. */
  public static final double ALPHA = 0.75;

  // Images of the whole set whose distances are held at a time.
  private static final long ROWS_AT_A_TIME = 1024;

  private final Exec exec;
  private final ContextDistance contextDistance = new ContextDistance();
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

  /** Rcd, the contextual diversity of the selected images; 0 for none. */
  public double contextualDiversity(MixtureView selected, Pairs pairs) {
    long count = Math.multiplyExact(selected.images(), selected.images());
    if (count == 0) {
      return 0;
    }
    try (HostBuffer distance = HostBuffer.floats("contextual diversity", count)) {
      contextDistance.run(exec, selected, null, ContextForm.SUM, Span.of(distance), null);
      double sum = 0;
      for (long i = 0; i < count; i++) {
        sum += distance.getFloat(i);
      }
      return pairs == Pairs.SUM ? sum : sum / count;
    }
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
    contextDistance.close();
    squaredDistances.close();
  }
}
