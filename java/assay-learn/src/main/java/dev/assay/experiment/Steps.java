package dev.assay.experiment;

import dev.assay.nn.LearningRate;

/**
 * How many training steps each round takes and where the learning-rate schedule stands. Pure
 * arithmetic on the configuration, so a resumed run continues where it was.
 */
final class Steps {
  private final ExperimentConfig config;
  private final int trainingImages;

  /**
   * @param trainingImages images that are fully labelled from the start
   */
  Steps(ExperimentConfig config, int trainingImages) {
    this.config = config;
    this.trainingImages = trainingImages;
  }

  /** Training steps of a round; round 0 is the pretraining and the initial training. */
  long in(int round) {
    ProtocolConfig protocol = config.protocol();
    if (!protocol.isActive()) {
      return round == 0
          ? pretraining()
          : Math.min(
              protocol.evaluateEvery(),
              protocol.supervisedSteps() - (long) (round - 1) * protocol.evaluateEvery());
    }
    if (round == 0) {
      boolean nothing = protocol.initialRegions() + trainingImages == 0;
      return pretraining() + (nothing ? 0 : protocol.initialSteps());
    }
    if (protocol.stepsPerRound() > 0) {
      return protocol.stepsPerRound();
    }
    long labelled =
        Math.min(
            protocol.budgetRegions(),
            protocol.initialRegions() + (long) round * protocol.regionsPerRound());
    long items =
        switch (protocol.trainOn()) {
          case "newest" -> protocol.regionsIn(round);
          case "labelled_and_pretraining" -> labelled + trainingImages;
          default -> labelled;
        };
    return (long) Math.ceil(protocol.epochsPerRound() * items / config.training().batchSize());
  }

  /** Steps of round 0 that see other images than the data's. */
  long pretraining() {
    return config.pretraining().stepsOrNone();
  }

  /** Steps before {@code round}. */
  long before(int round) {
    long sum = 0;
    for (int r = 0; r < round; r++) {
      sum += in(r);
    }
    return sum;
  }

  /** The learning rate, at {@link #offset} plus the step within the round. */
  LearningRate schedule(int round) {
    long steps = perRound() ? in(round) : before(config.protocol().rounds() + 1);
    boolean initial = round == 0 && config.protocol().isActive();
    return initial ? config.training().initialSchedule(steps) : config.training().schedule(steps);
  }

  /** Where in the schedule the first step of {@code round} stands. */
  long offset(int round) {
    return perRound() ? 0 : before(round);
  }

  private boolean perRound() {
    return config.protocol().isActive()
        && (config.training().scheduleSpan().equals("round")
            || config.protocol().weights().equals("restart"));
  }
}
