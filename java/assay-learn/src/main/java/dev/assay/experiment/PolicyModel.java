package dev.assay.experiment;

import dev.assay.model.PolicyDescription;
import dev.assay.model.PolicyFile;
import dev.assay.model.PolicyInput;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryNetwork;
import dev.assay.model.StateRows;
import dev.assay.nn.LearningRate;
import dev.assay.rl.DoubleDqn;
import dev.assay.rl.DqnConfig;
import dev.assay.rl.ReplayConfig;
import dev.assay.rl.TdLoss;
import dev.assay.score.ClassMap;
import dev.assay.select.RandomKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The query network of an experiment: its sizes, how it learns, and its file. Immutable. */
final class PolicyModel {
  private final Workbench bench;
  private final PolicyDescription description;
  private final PolicyInput input;
  private final ClassMap classMap;
  private final int[] stateRows;

  /**
   * A policy to be trained in this experiment.
   *
   * @throws ConfigException if there are no images to make a state from
   */
  PolicyModel(Workbench bench) {
    this(
        bench,
        describe(bench, stateRegions(bench), bench.data().classes().classNames(), Map.of()),
        ClassMap.identity(bench.classes()),
        IntStream.range(0, stateRegions(bench)).toArray());
  }

  private PolicyModel(
      Workbench bench, PolicyDescription description, ClassMap classMap, int[] stateRows) {
    this.bench = bench;
    this.description = description;
    this.input = new PolicyInput(description);
    this.classMap = classMap;
    this.stateRows = stateRows;
  }

  /**
   * A trained policy, of these data or of others with the class map and state set that the
   * configuration gives.
   *
   * @param seed of the state set's rows where they are drawn
   * @throws ConfigException if its classes or its state set do not fit
   */
  static PolicyModel of(Workbench bench, Path file, long seed) {
    try {
      PolicyDescription found = PolicyFile.describe(file);
      int expected = found.config().stateRegions();
      PolicyModel model =
          new PolicyModel(
              bench,
              describe(bench, expected, found.classNames(), Map.of()),
              classMap(bench, file, found.classNames()),
              StateRows.resample(requireStateRegions(bench, file, expected), expected, seed));
      PolicyFile.describe(file, model.description);
      return model;
    } catch (IOException e) {
      throw new ExperimentException(e.getMessage(), e);
    }
  }

  private static int requireStateRegions(Workbench bench, Path file, int expected) {
    int regions = stateRegions(bench);
    if (regions != expected && !bench.config().policy().resampleState()) {
      throw new ConfigException(
          file
              + ": was trained with a state set of "
              + expected
              + " regions, found "
              + regions
              + " in d_s; policy.resample_state=true draws as many");
    }
    return regions;
  }

  private static ClassMap classMap(Workbench bench, Path file, List<String> ofPolicy) {
    try {
      return ClassMap.byName(
          bench.data().classes().classNames(), ofPolicy, bench.config().policy().classMap());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(file + ", policy.class_map: " + e.getMessage());
    }
  }

  private static int stateRegions(Workbench bench) {
    int images = bench.roles().state().length;
    if (images == 0) {
      throw new ConfigException(
          "strategy ralis needs a state set: give data.split_file=FILE with d_s, or"
              + " data.state_images=10 data.training_images=100");
    }
    return images * bench.grid().perImage();
  }

  /**
   * Checks that a policy can be learned, or used, on these data.
   *
   * @throws ConfigException naming what is missing
   */
  static void check(Workbench bench) {
    PolicyConfig policy = bench.config().policy();
    if (policy.file() != null) {
      of(bench, Path.of(policy.file()), bench.config().seeds().get(0));
      return;
    }
    stateRegions(bench);
    if (!policy.classMap().isEmpty() || policy.resampleState()) {
      throw new ConfigException(
          "policy.class_map and policy.resample_state fit a trained policy to these data; expected"
              + " policy.file=FILE with them");
    }
    int regions = bench.roles().training().length * bench.grid().perImage();
    int needed = policy.budgetRegions() + policy.regionsPerStep() * (policy.poolSize() - 1);
    if (regions < needed) {
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

  /** What this experiment's features are for a policy of those classes. */
  private static PolicyDescription describe(
      Workbench bench, int stateRegions, List<String> classes, Map<String, String> provenance) {
    PolicyDescription whole = PolicyDescription.ralis(stateRegions, classes, provenance);
    String features = bench.config().policy().features();
    boolean withKl = features.equals("3h_kl");
    List<PolicyDescription.Block> blocks = new ArrayList<>(whole.layout());
    if (!withKl) {
      blocks.subList(4, 6).clear();
    }
    if (features.equals("1h")) {
      blocks.subList(1, 3).clear();
    }
    int similarities = withKl ? whole.config().similarities() : 0;
    int all = blocks.stream().mapToInt(PolicyDescription.Block::length).sum();
    return new PolicyDescription(
        new QueryConfig(stateRegions, all - similarities, similarities),
        blocks,
        whole.normalisation(),
        classes,
        provenance);
  }

  /** What the network reads of the scorer's rows. */
  PolicyInput input() {
    return input;
  }

  /** From the data's classes to the policy's. */
  ClassMap classMap() {
    return classMap;
  }

  /** Regions of D_S that make up the state, ascending; region r of image i is i x perImage + r. */
  int[] stateRows() {
    return stateRows;
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
    return new QueryNetwork(query(), bench.newBackend(), weights);
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
    PolicyDescription described =
        describe(bench, description.config().stateRegions(), description.classNames(), provenance);
    PolicyFile.save(file, network, described.withPoolSize(config.policy().poolSize()));
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
