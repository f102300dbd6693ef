package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;

/**
 * The greedy k-center selection: each pick is the point farthest from everything labelled or picked
 * so far, the lowest index among equals. Rules and order of summation are in the kernel's contract
 * header.
 *
 * <p>One call at a time; close it when done.
 */
public final class KCenter implements AutoCloseable {
  private static final int METRIC = 1;
  private static final int POINTS = 2;
  private static final int FEATURES = 3;
  private static final int DIMENSIONS = 4;
  private static final int FEATURE_STRIDE = 5;
  private static final int MIXTURE = 6;
  private static final int PRESENT = 7;
  private static final int CLASSES = 8;
  private static final int FORM = 9;
  private static final int LABELLED = 10;
  private static final int LABELLED_COUNT = 11;
  private static final int SEED_PICK = 12;
  private static final int BUDGET = 13;
  private static final int ORDER = 14;
  private static final int RADIUS = 15;
  private static final int BAD_POINTS = 16;
  private static final int WORDS = 17;

  private static final int EUCLIDEAN = 0;
  private static final int CONTEXTUAL_DIVERSITY = 1;

  private final ArgumentBlock block = new ArgumentBlock("k_center", WORDS, 1);

  /**
   * What the picks are to be far from.
   *
   * @param labelled i32 [count], indices of points in any order; null when there are none
   * @param count their number
   * @param seedPick the first pick when {@code count} is 0, not read otherwise
   */
  public record Start(Span labelled, long count, long seedPick) {
    /** Rejects spans that do not hold {@code count} indices. */
    public Start {
      Check.count("count", count);
      if (count > 0) {
        Check.required("labelled", labelled, count, Integer.BYTES);
      }
    }

    /** From labelled points. */
    public static Start from(Span labelled, long count) {
      return new Start(labelled, count, 0);
    }

    /** With nothing labelled: the first pick is {@code seedPick}. */
    public static Start seed(long seedPick) {
      return new Start(null, 0, seedPick);
    }
  }

  /**
   * How much to pick, and where to.
   *
   * @param budget number of picks, at most the number of points that are not labelled
   * @param order i32 [budget]
   * @param radius f32 [budget], the covering radius after each pick; null means not wanted
   */
  public record Picks(long budget, Span order, Span radius) {
    /** Rejects spans that do not hold {@code budget} elements. */
    public Picks {
      Check.count("budget", budget);
      Check.required("order", order, budget, Integer.BYTES);
      Check.span("radius", radius, budget, Float.BYTES);
    }
  }

  /**
   * Picks by Euclidean distance between rows of features: the coreset selection.
   *
   * @throws IllegalArgumentException if a point holds a NaN or an infinity, a labelled index is no
   *     point, or the budget exceeds what is not labelled
   */
  public void euclidean(Exec exec, MatrixView features, Start start, Picks picks) {
    check(exec, start, features.rows(), picks);
    block.enter(exec);
    try {
      block.put(METRIC, EUCLIDEAN);
      block.in(FEATURES, "features", features);
      block.put(DIMENSIONS, features.columns());
      block.put(FEATURE_STRIDE, features.rowStride());
      run(features.rows(), start, picks);
    } finally {
      block.leave();
    }
  }

  /**
   * Picks by contextual diversity.
   *
   * @throws IllegalArgumentException if a present class of an image holds a NaN or an infinity, a
   *     labelled index is no image, or the budget exceeds what is not labelled
   */
  public void contextual(
      Exec exec, MixtureView mixtures, ContextForm form, Start start, Picks picks) {
    check(exec, start, mixtures.images(), picks);
    block.enter(exec);
    try {
      block.put(METRIC, CONTEXTUAL_DIVERSITY);
      mixtures.put(block, MIXTURE, PRESENT);
      block.put(CLASSES, mixtures.classes());
      block.put(FORM, form.code());
      run(mixtures.images(), start, picks);
    } finally {
      block.leave();
    }
  }

  private static void check(Exec exec, Start start, long points, Picks picks) {
    StagedCheck.labelled(exec, start.labelled(), start.count(), points, picks.budget());
  }

  private void run(long points, Start start, Picks picks) {
    block.put(POINTS, points);
    block.in(LABELLED, "labelled", start.labelled(), start.count(), Integer.BYTES);
    block.put(LABELLED_COUNT, start.count());
    block.put(SEED_PICK, start.seedPick());
    block.put(BUDGET, picks.budget());
    block.out(ORDER, "order", picks.order(), picks.budget(), Integer.BYTES);
    block.out(RADIUS, "radius", picks.radius(), picks.budget(), Float.BYTES);
    block.putResult(BAD_POINTS, 0);
    block.call(AssayLibrary::assay_k_center);
    long bad = block.resultLong(0);
    if (bad > 0) {
      throw new IllegalArgumentException(
          bad + " of " + points + " points hold NaN or infinity, expected finite ones");
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
