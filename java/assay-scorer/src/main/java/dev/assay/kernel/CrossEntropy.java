package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.TensorView;

/**
 * Softmax cross entropy and its gradient, what a segmenter trains with: loss = sum_i w_i l_i /
 * sum_i w_i over the pixels whose label is not ignored, w_i the weight of the pixel's class.
 *
 * <p>Takes raw addresses in the memory of the call's device, which the caller keeps alive. One call
 * at a time; close it when done.
 */
public final class CrossEntropy implements AutoCloseable {
  private static final int LOGITS = 1;
  private static final int LABELS = 11;
  private static final int CLASS_WEIGHTS = 12;
  private static final int IGNORE = 13;
  private static final int LOSS = 14;
  private static final int WEIGHT_SUM = 15;
  private static final int OUT_OF_RANGE = 16;
  private static final int GRADIENT = 17;
  private static final int WORDS = 18;

  private final ArgumentBlock block = new ArgumentBlock("cross_entropy", WORDS, 3);

  /**
   * Computes the loss and, if wanted, its gradient.
   *
   * @param logits fp32 [n, c, h, w]
   * @param labels address of u8 [n, h, w]
   * @param classWeights address of fp32 [c], or 0 for ones
   * @param ignore label to skip, 0..255, or -1
   * @param gradient address of d loss / d logits in the logits' shape and strides, or 0
   * @return the loss; 0 when no pixel counts
   * @throws IllegalArgumentException if a label is neither a class nor ignored
   */
  public double run(
      Exec exec, TensorView logits, long labels, long classWeights, int ignore, long gradient) {
    check(logits, labels, ignore);
    block.enter(exec);
    try {
      block.putResult(LOSS, 0);
      block.putResult(WEIGHT_SUM, 1);
      block.putResult(OUT_OF_RANGE, 2);
      call(logits, labels, classWeights, ignore, gradient);
      requireInRange(block.resultLong(2), logits.c(), ignore);
      return block.resultDouble(0);
    } finally {
      block.leave();
    }
  }

  /**
   * The same with the scalars in the memory of the call's device; on a GPU the host does not wait.
   *
   * @param scalars address of three words: the loss, fp64; the sum of weights, fp64; the number of
   *     labels that are neither a class nor ignored, i64, for {@link #requireInRange}
   */
  public void enqueue(
      Exec exec,
      TensorView logits,
      long labels,
      long classWeights,
      int ignore,
      long gradient,
      long scalars) {
    check(logits, labels, ignore);
    Check.address("scalars", scalars, 3);
    block.enter(exec);
    try {
      block.put(LOSS, scalars);
      block.put(WEIGHT_SUM, scalars + 8);
      block.put(OUT_OF_RANGE, scalars + 16);
      call(logits, labels, classWeights, ignore, gradient);
    } finally {
      block.leave();
    }
  }

  /**
   * Says what labels may be.
   *
   * @throws IllegalArgumentException if {@code outOfRange} is not 0
   */
  public static void requireInRange(long outOfRange, long classes, int ignore) {
    if (outOfRange > 0) {
      throw new IllegalArgumentException(
          outOfRange + " label(s) are neither in [0, " + classes + ") nor ignore=" + ignore);
    }
  }

  private static void check(TensorView logits, long labels, int ignore) {
    long pixels = Check.tensor("logits", logits);
    Check.f32("logits", logits);
    Check.address("labels", labels, pixels);
    Check.ignore(ignore);
  }

  private void call(TensorView logits, long labels, long weights, int ignore, long gradient) {
    block.in(LOGITS, "logits", logits);
    block.put(LABELS, labels);
    block.put(CLASS_WEIGHTS, weights);
    block.put(IGNORE, ignore);
    block.put(GRADIENT, gradient);
    block.call(AssayLibrary::assay_cross_entropy);
  }

  /** Sum of the counted pixels' weights in the last call. */
  public double weightSum() {
    return block.resultDouble(1);
  }

  @Override
  public void close() {
    block.close();
  }
}
