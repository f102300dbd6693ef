package dev.assay.kernel;

import dev.assay.device.Exec;

/**
 * Folds a batch normalisation's running statistics into the weights [outputs, perOutput] and the
 * bias of the convolution before it; all fp32, computed in double.
 *
 * <p>Takes raw addresses, whose memory the caller keeps alive. One call at a time; close it when
 * done.
 */
public final class FoldNormalisation implements AutoCloseable {
  private static final int OUTPUTS = 1;
  private static final int PER_OUTPUT = 2;
  private static final int WEIGHTS = 3;
  private static final int BIAS = 4;
  private static final int SCALE = 5;
  private static final int SHIFT = 6;
  private static final int MEAN = 7;
  private static final int VARIANCE = 8;
  private static final int EPSILON = 9;
  private static final int FOLDED_WEIGHTS = 10;
  private static final int FOLDED_BIAS = 11;
  private static final int WORDS = 12;

  private final ArgumentBlock block = new ArgumentBlock("fold_normalisation", WORDS, 0);

  /**
   * Addresses of a normalisation's vectors, each fp32 [outputs].
   *
   * @param epsilon added to the variance
   */
  public record Statistics(long scale, long shift, long mean, long variance, double epsilon) {}

  /**
   * Computes the folded weights and bias.
   *
   * @param bias address of fp32 [outputs], or 0 for zeros
   */
  public void run(
      Exec exec,
      long outputs,
      long perOutput,
      long weights,
      long bias,
      Statistics statistics,
      long foldedWeights,
      long foldedBias) {
    Check.count("outputs", outputs);
    Check.count("per_output", perOutput);
    Check.finite("epsilon", statistics.epsilon());
    block.enter(exec);
    try {
      block.put(OUTPUTS, outputs);
      block.put(PER_OUTPUT, perOutput);
      block.put(WEIGHTS, weights);
      block.put(BIAS, bias);
      block.put(SCALE, statistics.scale());
      block.put(SHIFT, statistics.shift());
      block.put(MEAN, statistics.mean());
      block.put(VARIANCE, statistics.variance());
      block.put(EPSILON, statistics.epsilon());
      block.put(FOLDED_WEIGHTS, foldedWeights);
      block.put(FOLDED_BIAS, foldedBias);
      Status.check(AssayLibrary.assay_fold_normalisation(block.exec(), block.args()));
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
