package dev.assay.experiment;

/**
 * How many training steps each round takes and where the learning-rate schedule stands. Pure
 * arithmetic on the configuration, so a resumed run continues where it was.
 */
final class Steps {
  private final ExperimentConfig config;
  private final int pretrainingImages;

  Steps(ExperimentConfig config, int pretrainingImages) {
    this.config = config;
    this.pretrainingImages = pretrainingImages;
  }

  /** Training steps of a round; round 0 is the initial training. */
  long in(int round) {
    ProtocolConfig protocol = config.protocol();
    if (!protocol.isActive()) {
      return round == 0
          ? 0
          : Math.min(
              protocol.evaluateEvery(),
              protocol.supervisedSteps() - (long) (round - 1) * protocol.evaluateEvery());
    }
    if (round == 0) {
      return protocol.initialRegions() + pretrainingImages == 0 ? 0 : protocol.initialSteps();
    }
    if (protocol.stepsPerRound() > 0) {
      return protocol.stepsPerRound();
    }
    long labelled =
        Math.min(
            protocol.budgetRegions(),
            protocol.initialRegions() + (long) round * protocol.regionsPerRound());
    long items = labelled + (protocol.trainOn().equals("labelled") ? 0 : pretrainingImages);
    return (long) Math.ceil(protocol.epochsPerRound() * items / config.training().batchSize());
  }

  /** Steps before {@code round}. */
  long before(int round) {
    long sum = 0;
    for (int r = 0; r < round; r++) {
      sum += in(r);
    }
    return sum;
  }

  /** The learning rate of step {@code step} of {@code round}, both from 0. */
  double learningRate(int round, long step) {
    boolean perRound =
        config.protocol().isActive()
            && (config.training().scheduleSpan().equals("round")
                || config.protocol().weights().equals("restart"));
    return perRound
        ? config.training().learningRate(step, in(round))
        : config
            .training()
            .learningRate(before(round) + step, before(config.protocol().rounds() + 1));
  }
}
