package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import org.agrona.UnsafeApi;

/**
 * Confusion matrix of two label maps. Pixels whose truth is the ignore label are skipped whatever
 * is predicted.
 *
 * <p>One call at a time; close it when done.
 */
public final class Confusion implements AutoCloseable {
  private static final int TRUTH = 1;
  private static final int PREDICTION = 2;
  private static final int COUNT = 3;
  private static final int CLASSES = 4;
  private static final int IGNORE = 5;
  private static final int CONFUSION = 6;
  private static final int OUT_OF_RANGE = 7;
  private static final int WORDS = 8;

  private final int classes;
  private final ArgumentBlock block;
  private final HostBuffer ownCounts;
  private final Span own;

  /** For labels in [0, classes). */
  public Confusion(int classes) {
    Check.classes(classes);
    this.classes = classes;
    this.block = new ArgumentBlock("confusion", WORDS, 1);
    this.ownCounts = HostBuffer.allocate("confusion matrix", 8L * classes * classes);
    this.own = Span.of(ownCounts);
  }

  /**
   * Counts {@code count} pixels.
   *
   * @param truth u8 [count]
   * @param prediction u8 [count]
   * @param ignore truth value to skip, 0..255, or -1 for none
   * @throws IllegalArgumentException if a truth is neither a class nor ignored, or a counted
   *     prediction is no class
   */
  public ConfusionMatrix run(Exec exec, Span truth, Span prediction, long count, int ignore) {
    check(truth, prediction, count, ignore);
    block.enter(exec);
    try {
      call(truth, prediction, count, ignore, own);
      return copy();
    } finally {
      block.leave();
    }
  }

  /**
   * Counts {@code count} pixels into the caller's memory; allocates nothing.
   *
   * @param truth u8 [count]
   * @param prediction u8 [count]
   * @param ignore truth value to skip, 0..255, or -1 for none
   * @param counts i64 [classes, classes], rows truth; overwritten
   * @throws IllegalArgumentException if a truth is neither a class nor ignored, or a counted
   *     prediction is no class
   */
  public void run(Exec exec, Span truth, Span prediction, long count, int ignore, Span counts) {
    check(truth, prediction, count, ignore);
    Check.required("counts", counts, (long) classes * classes, Long.BYTES);
    block.enter(exec);
    try {
      call(truth, prediction, count, ignore, counts);
    } finally {
      block.leave();
    }
  }

  private static void check(Span truth, Span prediction, long count, int ignore) {
    Check.count("count", count);
    Check.required("truth", truth, count, 1);
    Check.required("prediction", prediction, count, 1);
    Check.ignore(ignore);
  }

  private void call(Span truth, Span prediction, long count, int ignore, Span counts) {
    block.in(TRUTH, "truth", truth, count, 1);
    block.in(PREDICTION, "prediction", prediction, count, 1);
    block.put(COUNT, count);
    block.put(CLASSES, classes);
    block.put(IGNORE, ignore);
    block.out(CONFUSION, "counts", counts, (long) classes * classes, Long.BYTES);
    block.putResult(OUT_OF_RANGE, 0);
    block.call(AssayLibrary::assay_confusion);
    requireInRange(block.resultLong(0), ignore);
  }

  private void requireInRange(long outOfRange, int ignore) {
    if (outOfRange > 0) {
      throw new IllegalArgumentException(
          outOfRange
              + " pixel(s) have a truth or prediction outside [0, "
              + classes
              + ")"
              + (ignore < 0 ? "" : " and a truth other than ignore=" + ignore));
    }
  }

  private ConfusionMatrix copy() {
    long[] values = new long[classes * classes];
    long from = own.address();
    for (int i = 0; i < values.length; i++) {
      values[i] = UnsafeApi.getLong(from + 8L * i);
    }
    return ConfusionMatrix.owning(classes, values);
  }

  @Override
  public void close() {
    block.close();
    ownCounts.close();
  }
}
