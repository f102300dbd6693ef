package dev.assay.rl;

import dev.assay.nn.LearningRate;

/**
 * How a query network learns from experience.
 *
 * @param gamma discount of the next state's value, in [0, 1]
 * @param loss of one temporal-difference error
 * @param selection which network selects the next action and which one values it
 * @param bootstrap how the policy sees next states
 * @param learningRate of each update, counted from 0
 * @param momentum of SGD
 * @param weightDecay L2 penalty of SGD
 * @param threads CPU threads of the optimiser, 0 for all; the back end's are fixed when the process
 *     starts
 */
public record DqnConfig(
    double gamma,
    TdLoss loss,
    Selection selection,
    Bootstrap bootstrap,
    LearningRate learningRate,
    double momentum,
    double weightDecay,
    int threads) {

  /** Roles in the target y = r + gamma Q'(s', argmax_a Q''(s', a)). */
  public enum Selection {
    /** The policy selects, the target network values: van Hasselt et al. 2016, and public code. */
    POLICY_SELECTS,
    /** The target network selects, the policy values: Eq. 3 of the paper as printed. */
    TARGET_SELECTS
  }

  /** Statistics of the policy's normalisations over next states; the target's are running ones. */
  public enum Bootstrap {
    /** Running ones: a value does not depend on what else was sampled. */
    EVALUATION,
    /**
     * Those of the batch's non-terminal rows, which also move the running ones: the public code.
     * One row alone has none and is valued as in evaluation; the public code fails there.
     */
    BATCH_STATISTICS
  }

  /** Checks the ranges. */
  public DqnConfig {
    require(gamma >= 0 && gamma <= 1, "gamma", gamma, "in [0, 1]");
    require(momentum >= 0 && momentum < 1, "momentum", momentum, "in [0, 1)");
    require(weightDecay >= 0, "weightDecay", weightDecay, ">= 0");
    require(threads >= 0, "threads", threads, ">= 0");
  }

  private static void require(boolean holds, String name, double value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + "=" + value + " must be " + expected);
    }
  }

  /**
   * The public code's values (gamma 0.999, momentum 0.95, rate falling by 0.97, of which the paper
   * gives none; weight decay 1e-3 as in appendix B), with a bootstrap in evaluation mode.
   *
   * @param rate first learning rate: 1e-3 for CamVid, 1e-4 for Cityscapes (appendix B)
   * @param updatesPerDecay updates at one rate before it falls
   */
  public static DqnConfig standard(double rate, long updatesPerDecay) {
    return new DqnConfig(
        0.999,
        TdLoss.SMOOTH_L1,
        Selection.POLICY_SELECTS,
        Bootstrap.EVALUATION,
        LearningRate.exponential(rate, 0.97, updatesPerDecay),
        0.95,
        1e-3,
        0);
  }

  /** The same with another loss and roles. */
  public DqnConfig with(TdLoss newLoss, Selection newSelection) {
    return new DqnConfig(
        gamma, newLoss, newSelection, bootstrap, learningRate, momentum, weightDecay, threads);
  }

  /** The same with another view of next states. */
  public DqnConfig with(Bootstrap newBootstrap) {
    return new DqnConfig(
        gamma, loss, selection, newBootstrap, learningRate, momentum, weightDecay, threads);
  }
}
