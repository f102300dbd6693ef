package dev.assay.experiment;

import java.util.List;
import java.util.Map;

/**
 * Section {@code protocol}: how labels are bought and when the network is trained.
 *
 * @param kind {@code active} (default): rounds of scoring, choosing, revealing, training and
 *     evaluating; {@code supervised}: train on every label of the training images
 * @param regionWidth region width in pixels, 40 by default
 * @param regionHeight region height in pixels, 45 by default
 * @param initialRegions regions drawn at random and labelled before the first round, the same for
 *     all strategies of a seed; they count towards the budget; 24 by default
 * @param initialSteps training steps before the first round, 100 by default
 * @param regionsPerRound regions labelled in a round, 24 by default
 * @param budgetRegions labelled regions at which the run ends, 96 by default
 * @param selection {@code top_k} (default): the best of all unlabelled regions; {@code pools}: one
 *     of each of regions_per_round pools (RALIS, section 3.2)
 * @param poolSize regions in a pool, 10 by default (RALIS, section 4.1)
 * @param poolSizes exceptions from it by strategy, none by default
 * @param initialWeights {@code per_seed} (default): every seed has a round 0 of its own; {@code
 *     shared}: all start from that of the first seed (RALIS, section 4.1), which needs
 *     initial_regions=0
 * @param weights {@code continue} (default): each round trains on from the last one's weights;
 *     {@code restart}: each round trains from the initial weights
 * @param stepsPerRound training steps in a round; 0: use epochs_per_round; 100 by default
 * @param epochsPerRound passes over the labelled images in a round, when steps_per_round is 0
 * @param trainOn {@code labelled} (default): the bought regions; {@code newest}: those of the round
 *     (RALIS, section 3.1, step 5); {@code labelled_and_pretraining}: all, and the fully labelled
 *     images d_t
 * @param finalEpochs most passes over all labelled regions before an evaluation, with early
 *     stopping on d_r; the weights so trained are evaluated and put aside (RALIS, section 4.1:
 *     "once the budget is reached"); 0 (default): rounds are evaluated as they are
 * @param finalPatience passes without a better mIoU on d_r after which that training stops, 5 by
 *     default
 * @param finalBudgets labelled regions at which it takes place, each at the end of a round; the
 *     budget alone by default
 * @param supervisedSteps training steps of the supervised protocol, 1000 by default
 * @param evaluateEvery steps between two evaluations of the supervised protocol, 250 by default
 */
public record ProtocolConfig(
    String kind,
    int regionWidth,
    int regionHeight,
    int initialRegions,
    int initialSteps,
    int regionsPerRound,
    int budgetRegions,
    String selection,
    int poolSize,
    Map<String, Integer> poolSizes,
    String initialWeights,
    String weights,
    int stepsPerRound,
    double epochsPerRound,
    String trainOn,
    int finalEpochs,
    int finalPatience,
    List<Integer> finalBudgets,
    int supervisedSteps,
    int evaluateEvery) {

  private static final int MANY = 1_000_000_000;

  static ProtocolConfig read(ConfigReader reader) {
    ProtocolConfig protocol =
        new ProtocolConfig(
            reader.oneOf("protocol.kind", "active", List.of("active", "supervised")),
            reader.integer("protocol.region_width", 40, 8, 8192),
            reader.integer("protocol.region_height", 45, 8, 8192),
            reader.integer("protocol.initial_regions", 24, 0, MANY),
            reader.integer("protocol.initial_steps", 100, 0, MANY),
            reader.integer("protocol.regions_per_round", 24, 1, MANY),
            reader.integer("protocol.budget_regions", 96, 1, MANY),
            reader.oneOf("protocol.selection", "top_k", List.of("top_k", "pools")),
            reader.integer("protocol.pool_size", 10, 1, MANY),
            reader.counts("protocol.pool_sizes", ExperimentConfig.strategyNames()),
            reader.oneOf("protocol.initial_weights", "per_seed", List.of("per_seed", "shared")),
            reader.oneOf("protocol.weights", "continue", List.of("continue", "restart")),
            reader.integer("protocol.steps_per_round", 100, 0, MANY),
            reader.number("protocol.epochs_per_round", 0, 0, 1e6),
            reader.oneOf(
                "protocol.train_on",
                "labelled",
                List.of("labelled", "newest", "labelled_and_pretraining")),
            reader.integer("protocol.final_epochs", 0, 0, 1_000_000),
            reader.integer("protocol.final_patience", 5, 1, 1_000_000),
            reader.ascending("protocol.final_budgets"),
            reader.integer("protocol.supervised_steps", 1000, 1, MANY),
            reader.integer("protocol.evaluate_every", 250, 1, MANY));
    protocol.check(reader);
    return protocol;
  }

  private void check(ConfigReader reader) {
    if (isActive() && budgetRegions < initialRegions) {
      throw reader.wrong(
          "protocol.budget_regions",
          budgetRegions,
          "at least protocol.initial_regions=" + initialRegions);
    }
    if (isActive() && (stepsPerRound == 0) == (epochsPerRound == 0)) {
      throw reader.wrong(
          "protocol.steps_per_round",
          stepsPerRound,
          "> 0, or 0 with protocol.epochs_per_round > 0 (found " + epochsPerRound + ")");
    }
    checkSharing(reader);
    checkFinalBudgets(reader);
  }

  private void checkSharing(ConfigReader reader) {
    if (sharesInitialWeights() && initialRegions > 0) {
      throw reader.wrong(
          "protocol.initial_weights", initialWeights, "per_seed where initial_regions > 0");
    }
  }

  private void checkFinalBudgets(ConfigReader reader) {
    for (int budget : finalBudgets) {
      boolean endOfRound =
          budget == budgetRegions || (budget - initialRegions) % regionsPerRound == 0;
      if (finalEpochs == 0 || budget > budgetRegions || !endOfRound) {
        throw reader.wrong(
            "protocol.final_budgets",
            budget,
            "the labelled regions at the end of a round, with protocol.final_epochs > 0");
      }
    }
  }

  /** Whether regions are chosen, rather than everything learnt from. */
  public boolean isActive() {
    return kind.equals("active");
  }

  /** Whether round 0 belongs to all seeds. */
  boolean sharesInitialWeights() {
    return initialWeights.equals("shared");
  }

  /** Regions in a pool of one strategy. */
  int poolSizeOf(String strategy) {
    return poolSizes.getOrDefault(strategy, poolSize);
  }

  /** Whether the round ends with a training of its own on all labelled regions. */
  boolean endsWithFinalTraining(int round) {
    if (!isActive() || finalEpochs == 0 || round == 0) {
      return false;
    }
    int labelled = Math.min(budgetRegions, initialRegions + round * regionsPerRound);
    return finalBudgets.isEmpty() ? labelled == budgetRegions : finalBudgets.contains(labelled);
  }

  /** Rounds after round 0. */
  public int rounds() {
    return isActive()
        ? ceilDiv(budgetRegions - initialRegions, regionsPerRound)
        : ceilDiv(supervisedSteps, evaluateEvery);
  }

  /** Regions to label in round {@code round}, which counts from 1; the last takes what is left. */
  int regionsIn(int round) {
    int before = initialRegions + (round - 1) * regionsPerRound;
    return Math.min(regionsPerRound, budgetRegions - before);
  }

  private static int ceilDiv(int a, int b) {
    return -Math.floorDiv(-a, b);
  }
}
