package dev.assay.rl;

/**
 * How a {@link Reinforce} learner moves a policy.
 *
 * @param learningRate of Adam
 * @param weightDecay L2 penalty of Adam
 * @param beta weight of the squared distance between the mean probability and one half
 * @param threads CPU threads of the optimiser, 0 for all; the back end's are fixed when the process
 *     starts
 */
public record ReinforceConfig(double learningRate, double weightDecay, double beta, int threads) {
  /** Checks the ranges. */
  public ReinforceConfig {
    if (!(learningRate > 0) || !(weightDecay >= 0) || !(beta >= 0) || threads < 0) {
      throw new IllegalArgumentException(
          "learningRate="
              + learningRate
              + " must be > 0, weightDecay="
              + weightDecay
              + ", beta="
              + beta
              + " and threads="
              + threads
              + " >= 0");
    }
  }
}
