package dev.assay.experiment;

import java.util.List;

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
 * @param weights {@code continue} (default): each round trains on from the last one's weights;
 *     {@code restart}: each round trains from the initial weights
 * @param stepsPerRound training steps in a round; 0: use epochs_per_round; 100 by default
 * @param epochsPerRound passes over the labelled images in a round, when steps_per_round is 0
 * @param trainOn {@code labelled} (default): the bought regions; {@code labelled_and_pretraining}:
 *     also the fully labelled images d_t of data.split_file
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
    String weights,
    int stepsPerRound,
    double epochsPerRound,
    String trainOn,
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
            reader.oneOf("protocol.weights", "continue", List.of("continue", "restart")),
            reader.integer("protocol.steps_per_round", 100, 0, MANY),
            reader.number("protocol.epochs_per_round", 0, 0, 1e6),
            reader.oneOf(
                "protocol.train_on", "labelled", List.of("labelled", "labelled_and_pretraining")),
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
  }

  /** Whether regions are chosen, rather than everything learnt from. */
  public boolean isActive() {
    return kind.equals("active");
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
