package dev.assay.experiment;

import java.util.List;
import java.util.Map;

/**
 * Section {@code policy}: how the strategy {@code ralis} comes to its policy. Defaults are RALIS's
 * for CamVid; where the paper is silent or its public code differs, the value says so.
 *
 * @param file a trained policy to use; null (default): one is trained on d_t before the comparison
 * @param classMap with {@code file}: which of its classes a class of these data counts as, {@code
 *     {pavement: sidewalk, ...}}, or {@code "-"} for none; {} (default): classes go by name
 * @param resampleState with {@code file}: draw as many regions from d_s as it was trained with,
 *     false by default
 * @param episodes games played on d_t, 100 by default (the paper names none)
 * @param budgetRegions regions labelled in an episode, 480 by default (section 4.1: 0.5k)
 * @param regionsPerStep K, regions labelled in a step, 24 by default (section 4.1)
 * @param poolSize N, candidates for each of them, 20 by default (public code)
 * @param features what a region is described by: {@code 3h_kl} (default; class counts, three pooled
 *     entropies, KL histograms), {@code 3h} (no KL) or {@code 1h} (largest entropies alone); table
 *     E.1
 * @param reward whose gain on d_r is the reward: {@code miou} (default), {@code weighted_iou}, or
 *     {@code weighted_iou_as_printed}, which favours frequent classes
 * @param rewardScale factor of the reward: 1 (default; the paper), 100 in public code
 * @param rewardImages images of d_r that are used; 0 (default) is all
 * @param rewardChoice which these are: {@code even} (default; evenly spaced) or {@code
 *     class_balanced} (of many draws the one whose classes have the most equal shares: the question
 *     that the paper on weighted IoU leaves open)
 * @param loss of a temporal-difference error: {@code smooth_l1} (default; public code) or {@code
 *     squared} (paper, equation 2)
 * @param selection who selects the next action in double DQN: {@code policy} (default; van Hasselt
 *     et al. and public code) or {@code target} (paper, equation 3 as printed)
 * @param bootstrap statistics of the policy over next states: {@code evaluation} (default) or
 *     {@code batch} (public code)
 * @param gamma discount, 0.999 by default (public code)
 * @param learningRate of the first update, 1e-3 by default (appendix B)
 * @param learningRateDecay factor of the learning rate, 0.97 by default (public code)
 * @param updatesPerDecay updates between two applications of it, 1 by default (public code, with
 *     which little is learnt after some hundred updates)
 * @param momentum 0.95 by default (public code)
 * @param weightDecay 1e-3 by default (appendix B)
 * @param batchSize transitions in an update, 16 by default (appendix B)
 * @param replayCapacity transitions kept, 600 by default (appendix B)
 * @param targetEvery steps of an episode between two copies to the target network, 5 by default
 *     (public code)
 * @param epsilonStart probability of a random action at first, 0.9 by default (public code)
 * @param epsilonEnd its limit, 0.05 by default (public code)
 * @param epsilonDecay steps in which the difference falls to 1/e, 10 by default (public code)
 */
public record PolicyConfig(
    String file,
    Map<String, String> classMap,
    boolean resampleState,
    int episodes,
    int budgetRegions,
    int regionsPerStep,
    int poolSize,
    String features,
    String reward,
    double rewardScale,
    int rewardImages,
    String rewardChoice,
    String loss,
    String selection,
    String bootstrap,
    double gamma,
    double learningRate,
    double learningRateDecay,
    int updatesPerDecay,
    double momentum,
    double weightDecay,
    int batchSize,
    int replayCapacity,
    int targetEvery,
    double epsilonStart,
    double epsilonEnd,
    double epsilonDecay) {
  private static final int MANY = 1_000_000_000;

  static PolicyConfig read(ConfigReader reader) {
    PolicyConfig policy =
        new PolicyConfig(
            reader.text("policy.file", null),
            reader.names("policy.class_map"),
            reader.flag("policy.resample_state", false),
            reader.integer("policy.episodes", 100, 1, 1_000_000),
            reader.integer("policy.budget_regions", 480, 1, MANY),
            reader.integer("policy.regions_per_step", 24, 1, 100_000),
            reader.integer("policy.pool_size", 20, 1, 100_000),
            reader.oneOf("policy.features", "3h_kl", List.of("1h", "3h", "3h_kl")),
            reader.oneOf(
                "policy.reward",
                "miou",
                List.of("miou", "weighted_iou", "weighted_iou_as_printed")),
            reader.number("policy.reward_scale", 1, 1e-6, 1e6),
            reader.integer("policy.reward_images", 0, 0, MANY),
            reader.oneOf("policy.reward_choice", "even", List.of("even", "class_balanced")),
            reader.oneOf("policy.loss", "smooth_l1", List.of("smooth_l1", "squared")),
            reader.oneOf("policy.selection", "policy", List.of("policy", "target")),
            reader.oneOf("policy.bootstrap", "evaluation", List.of("evaluation", "batch")),
            reader.number("policy.gamma", 0.999, 0, 1),
            reader.number("policy.learning_rate", 1e-3, 1e-9, 100),
            reader.number("policy.learning_rate_decay", 0.97, 0.01, 1),
            reader.integer("policy.updates_per_decay", 1, 1, MANY),
            reader.number("policy.momentum", 0.95, 0, 0.999999),
            reader.number("policy.weight_decay", 1e-3, 0, 1),
            reader.integer("policy.batch_size", 16, 2, 4096),
            reader.integer("policy.replay_capacity", 600, 2, MANY),
            reader.integer("policy.target_every", 5, 1, MANY),
            reader.number("policy.epsilon_start", 0.9, 0, 1),
            reader.number("policy.epsilon_end", 0.05, 0, 1),
            reader.number("policy.epsilon_decay", 10, 1e-6, 1e9));
    policy.check(reader);
    return policy;
  }

  private void check(ConfigReader reader) {
    if (budgetRegions % regionsPerStep != 0) {
      throw reader.wrong(
          "policy.budget_regions",
          budgetRegions,
          "a multiple of policy.regions_per_step=" + regionsPerStep);
    }
    if (batchSize > replayCapacity) {
      throw reader.wrong(
          "policy.batch_size", batchSize, "at most policy.replay_capacity=" + replayCapacity);
    }
    if (rewardChoice.equals("class_balanced") && rewardImages == 0) {
      throw reader.wrong(
          "policy.reward_choice",
          rewardChoice,
          "policy.reward_images=N with it, to choose N of d_r");
    }
    if (epsilonEnd > epsilonStart) {
      throw reader.wrong(
          "policy.epsilon_end", epsilonEnd, "at most policy.epsilon_start=" + epsilonStart);
    }
  }

  /** Steps of an episode. */
  int steps() {
    return budgetRegions / regionsPerStep;
  }
}
