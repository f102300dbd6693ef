package dev.assay.experiment;

import dev.assay.model.PolicyDescription;
import dev.assay.model.PolicyFile;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryNetwork;
import dev.assay.nn.LearningRate;
import dev.assay.nn.backend.Backends;
import dev.assay.rl.DoubleDqn;
import dev.assay.rl.DqnConfig;
import dev.assay.rl.TdLoss;
import dev.assay.select.RandomKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The query network of an experiment: its sizes, how it learns, and its file. Immutable. */
final class PolicyModel {
  private final Workbench bench;
  private final PolicyDescription description;

  /**
   * @throws ConfigException if there are no images to make a state from
   */
  PolicyModel(Workbench bench) {
    this.bench = bench;
    int images = bench.roles().state().length;
    if (images == 0) {
      throw new ConfigException(
          "strategy ralis needs a state set: give data.split_file=FILE with d_s, or"
              + " data.state_images=10 data.training_images=100");
    }
    this.description = describe(Map.of());
  }

  private PolicyDescription describe(Map<String, String> provenance) {
    return PolicyDescription.ralis(
        bench.roles().state().length * bench.grid().perImage(),
        bench.data().classes().classNames(),
        provenance);
  }

  /** Sizes of the network's input. */
  QueryConfig query() {
    return description.config();
  }

  /** A learner with fresh weights. */
  DoubleDqn learner(long seed) {
    return new DoubleDqn(learning(), network(seed), network(seed));
  }

  private QueryNetwork network(long seed) {
    long weights = new RandomKeys(seed, 0).bits(RandomKeys.Purpose.WEIGHTS, 1, 0);
    return new QueryNetwork(query(), Backends.cpu(), weights);
  }

  private DqnConfig learning() {
    PolicyConfig config = bench.config().policy();
    return new DqnConfig(
        config.gamma(),
        config.loss().equals("squared") ? TdLoss.SQUARED : TdLoss.SMOOTH_L1,
        config.selection().equals("target")
            ? DqnConfig.Selection.TARGET_SELECTS
            : DqnConfig.Selection.POLICY_SELECTS,
        config.bootstrap().equals("batch")
            ? DqnConfig.Bootstrap.BATCH_STATISTICS
            : DqnConfig.Bootstrap.EVALUATION,
        LearningRate.exponential(
            config.learningRate(), config.learningRateDecay(), config.updatesPerDecay()),
        config.momentum(),
        config.weightDecay(),
        bench.config().machine().threads());
  }

  /** Writes a trained network with where it comes from. */
  void save(Path file, QueryNetwork network) throws IOException {
    ExperimentConfig config = bench.config();
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("experiment", config.name());
    provenance.put("data", config.data().source());
    provenance.put("region", bench.grid().width() + "x" + bench.grid().height());
    provenance.put("seed", Long.toString(config.seeds().get(0)));
    provenance.put("episodes", Integer.toString(config.policy().episodes()));
    provenance.put("budget_regions", Integer.toString(config.policy().budgetRegions()));
    provenance.put("reward", config.policy().reward());
    PolicyFile.save(file, network, describe(provenance));
  }

  /**
   * Reads a trained network; the caller closes it.
   *
   * @throws IOException if the file does not fit this experiment
   */
  QueryNetwork load(Path file) throws IOException {
    QueryNetwork network = network(0);
    try {
      PolicyFile.load(file, network, description);
      return network;
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
  }
}
