package dev.assay.experiment;

import dev.assay.memory.HostBuffer;
import dev.assay.model.PolicyDescription;
import dev.assay.model.PolicyFile;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryNetwork;
import dev.assay.nn.LearningRate;
import dev.assay.nn.backend.Backends;
import dev.assay.rl.DoubleDqn;
import dev.assay.rl.DqnConfig;
import dev.assay.rl.ReplayConfig;
import dev.assay.rl.TdLoss;
import dev.assay.score.RalisLayout;
import dev.assay.select.RandomKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;

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

  /**
   * Checks that a policy can be learned, or used, on these data.
   *
   * @throws ConfigException naming what is missing
   */
  static void check(Workbench bench) {
    new PolicyModel(bench);
    PolicyConfig policy = bench.config().policy();
    int regions = bench.roles().training().length * bench.grid().perImage();
    int needed = policy.budgetRegions() + policy.regionsPerStep() * (policy.poolSize() - 1);
    if (policy.file() == null && regions < needed) {
      throw new ConfigException(
          "policy.budget_regions="
              + policy.budgetRegions()
              + " with policy.regions_per_step="
              + policy.regionsPerStep()
              + " pools of policy.pool_size="
              + policy.poolSize()
              + " must fit into the "
              + regions
              + " regions of d_t, expected at least "
              + needed);
    }
  }

  private PolicyDescription describe(Map<String, String> provenance) {
    int stateRegions = bench.roles().state().length * bench.grid().perImage();
    List<String> classes = bench.data().classes().classNames();
    PolicyDescription whole = PolicyDescription.ralis(stateRegions, classes, provenance);
    List<PolicyDescription.Block> blocks = new ArrayList<>(whole.layout());
    if (!withKl()) {
      blocks.subList(4, 6).clear();
    }
    if (largestEntropyOnly()) {
      blocks.subList(1, 3).clear();
    }
    int similarities = withKl() ? whole.config().similarities() : 0;
    int all = blocks.stream().mapToInt(PolicyDescription.Block::length).sum();
    return new PolicyDescription(
        new QueryConfig(stateRegions, all - similarities, similarities),
        blocks,
        whole.normalisation(),
        classes,
        provenance);
  }

  private boolean withKl() {
    return bench.config().policy().features().equals("3h_kl");
  }

  private boolean largestEntropyOnly() {
    return bench.config().policy().features().equals("1h");
  }

  /** Where RALIS's features lie in the rows that the scorer writes. */
  RalisLayout layout() {
    return new RalisLayout(bench.classes(), RalisLayout.Reading.PUBLISHED_CODE);
  }

  /** Copies what this network reads of the first {@code rows} of {@code from}. */
  void copyStates(HostBuffer from, int rows, HostBuffer to) {
    for (int row = 0; row < rows; row++) {
      copyShared(
          from.floatAddress((long) row * layout().stateWidth()),
          to.floatAddress((long) row * query().features()));
    }
  }

  /** Copies what this network reads of one candidate's row. */
  void copyAction(HostBuffer from, int row, HostBuffer to, int target) {
    long source = from.floatAddress((long) row * layout().actionWidth());
    long address = to.floatAddress((long) target * query().actionFeatures());
    copyShared(source, address);
    if (withKl()) {
      UnsafeApi.copyMemory(
          source + 4L * layout().labelledKl().from(),
          address + 4L * query().features(),
          4L * query().similarities());
    }
  }

  /** The features that regions of the state set and candidates have in common. */
  private void copyShared(long from, long to) {
    if (!largestEntropyOnly()) {
      UnsafeApi.copyMemory(from, to, 4L * query().features());
      return;
    }
    RalisLayout.Part counts = layout().classCounts();
    RalisLayout.Part largest = layout().entropyMax();
    UnsafeApi.copyMemory(from, to, 4L * counts.width());
    UnsafeApi.copyMemory(
        from + 4L * largest.from(), to + 4L * counts.width(), 4L * largest.width());
  }

  /** Sizes of the network's input. */
  QueryConfig query() {
    return description.config();
  }

  /** Shape of the experience that a policy learns from; an episode can be taken back. */
  ReplayConfig replay() {
    PolicyConfig config = bench.config().policy();
    return new ReplayConfig(
        query(),
        config.regionsPerStep(),
        config.poolSize(),
        config.replayCapacity(),
        config.steps());
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
