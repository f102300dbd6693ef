package dev.assay.experiment;

import dev.assay.rl.ContextPolicyStrategy;
import dev.assay.rl.LearnedStrategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A whole experiment; immutable. In YAML each component is a key in snake_case, sections are
 * nested, and every key may be left out.
 *
 * @param name of the run, and of its directory unless another is given; letters, digits, dot, dash,
 *     underscore; {@code experiment} by default
 * @param strategies acquisition functions to compare; [random, entropy] by default; not used by the
 *     supervised protocol
 * @param seeds repetitions; [1] by default
 */
public record ExperimentConfig(
    String name,
    List<String> strategies,
    List<Long> seeds,
    DataConfig data,
    PretrainingConfig pretraining,
    ModelConfig model,
    TrainingConfig training,
    ProtocolConfig protocol,
    PolicyConfig policy,
    EvaluationConfig evaluation,
    MachineConfig machine) {

  /** The strategy that picks by a learned policy (RALIS). */
  static final String RALIS = "ralis";

  static ExperimentConfig read(ConfigReader reader) {
    ExperimentConfig config =
        new ExperimentConfig(
            reader.text("name", "experiment"),
            reader.texts("strategies", List.of("random", "entropy"), strategyNames()),
            reader.seeds("seeds", List.of(1L)),
            DataConfig.read(reader),
            PretrainingConfig.read(reader),
            ModelConfig.read(reader),
            TrainingConfig.read(reader),
            ProtocolConfig.read(reader),
            PolicyConfig.read(reader),
            EvaluationConfig.read(reader),
            MachineConfig.read(reader));
    reader.rejectUnknown();
    if (!config.name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw reader.wrong("name", config.name, "letters, digits, '.', '-' and '_' only");
    }
    if (config.protocol.isActive() && config.strategies.isEmpty()) {
      throw reader.wrong("strategies", "[]", "at least one of " + strategyNames());
    }
    if (config.protocol.isActive()
        && config.protocol.selection().equals("pools")
        && config.strategies.contains(ContextPolicyStrategy.NAME)) {
      throw reader.wrong(
          "protocol.selection",
          "pools",
          "top_k with " + ContextPolicyStrategy.NAME + ", which trains a policy on all candidates");
    }
    return config;
  }

  /** The seed whose round 0 the chains of {@code seed} start from. */
  long initialSeed(long seed) {
    return protocol.sharesInitialWeights() ? seeds.get(0) : seed;
  }

  /**
   * Everything that may stand in {@code strategies}: what needs no more than an experiment computes
   * for its candidates, and the learned policy.
   */
  static List<String> strategyNames() {
    List<String> names = new ArrayList<>();
    for (String name : LearnedStrategies.names()) {
      Set<String> columns = LearnedStrategies.named(name).columns();
      if (columns.stream().allMatch(AcquisitionPass::computes)) {
        names.add(name);
      }
    }
    names.add(RALIS);
    return names;
  }

  /** Whether one of the strategies picks by a learned policy. */
  boolean needsPolicy() {
    return protocol.isActive() && strategies.contains(RALIS);
  }

  /** The folders that hold rounds beside the initial one: the strategies, or {@code supervised}. */
  public List<String> arms() {
    return protocol.isActive() ? strategies : List.of(Chain.SUPERVISED);
  }
}
