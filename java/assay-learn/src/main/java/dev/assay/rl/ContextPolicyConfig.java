package dev.assay.rl;

import dev.assay.select.ContextRewardConfig;
import dev.assay.select.ContextRewards;
import dev.assay.select.ContextRewards.Pairs;
import dev.assay.select.Specification;
import java.util.List;

/**
 * How CDAL's frame selection policy is trained (Agarwal et al. 2020, section 3.3).
 *
 * @param hidden cells of each direction of the recurrent layer
 * @param epochs updates
 * @param episodes selections drawn for each update
 * @param learning of each update
 * @param reward of a selection
 */
public record ContextPolicyConfig(
    int hidden, int epochs, int episodes, ReinforceConfig learning, ContextRewardConfig reward) {
  private static final List<String> SETTINGS =
      List.of(
          "hidden",
          "epochs",
          "episodes",
          "learning_rate",
          "weight_decay",
          "beta",
          "alpha",
          "pairs",
          "lambda",
          "representation");

  private static final int MOST = 1_000_000;

  /**
   * The settings of a specification; those left out have the paper's values: 256 cells, 60 epochs
   * of 5 episodes, learning rate and weight decay 1e-5, alpha 0.75. The paper does not name beta
   * (0.01 in the public code), nor lambda; it adds up pairs, where the mean of the public code
   * compares selections of different size.
   *
   * @param threads CPU threads of the optimiser, 0 for all
   * @throws IllegalArgumentException naming the setting, its value and what is expected
   */
  static ContextPolicyConfig of(Specification s, int threads) {
    s.allow(SETTINGS);
    return new ContextPolicyConfig(
        s.integer("hidden", 256, 1, 4096),
        s.integer("epochs", 60, 1, MOST),
        s.integer("episodes", 5, 1, MOST),
        new ReinforceConfig(
            s.number("learning_rate", 1e-5, 1e-12, 1),
            s.number("weight_decay", 1e-5, 0, 1),
            s.number("beta", 0.01, 0, MOST),
            threads),
        new ContextRewardConfig(
            s.number("alpha", ContextRewards.ALPHA, 0, 1),
            s.word("pairs", "mean", "sum").equals("sum") ? Pairs.SUM : Pairs.MEAN,
            s.number("lambda", 0, 0, 1e15),
            s.word("representation", ContextRewardConfig.MIXTURE, ContextRewardConfig.FEATURES)));
  }

  /** As a specification. */
  String describe(String name) {
    return name
        + "(hidden="
        + hidden
        + ",epochs="
        + epochs
        + ",episodes="
        + episodes
        + ",learning_rate="
        + learning.learningRate()
        + ",weight_decay="
        + learning.weightDecay()
        + ",beta="
        + learning.beta()
        + ",alpha="
        + reward.alpha()
        + ",pairs="
        + (reward.pairs() == Pairs.SUM ? "sum" : "mean")
        + ",lambda="
        + reward.lambda()
        + ",representation="
        + reward.representation()
        + ")";
  }
}
