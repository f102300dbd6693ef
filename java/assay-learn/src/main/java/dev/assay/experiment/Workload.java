package dev.assay.experiment;

import dev.assay.rl.LearnedStrategies;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What an experiment does, counted phase by phase and not measured. The number of images that a
 * random pool touches is its expectation with nothing labelled; everything else is exact, or the
 * most that early stopping allows.
 */
final class Workload {
  /** The pass over images that predicts and counts; the others are named after their strategy. */
  static final String EVALUATION = "evaluation";

  private static final String POLICY = "policy training: ";

  private final Workbench bench;
  private final ExperimentConfig config;
  private final ProtocolConfig protocol;
  private final Steps steps;
  private final long chains;

  Workload(Workbench bench) {
    this.bench = bench;
    this.config = bench.config();
    this.protocol = config.protocol();
    this.steps = new Steps(config, bench.roles().training().length);
    this.chains = (long) config.arms().size() * config.seeds().size();
  }

  /**
   * One phase.
   *
   * @param trainingSteps of the segmenter
   * @param images through the segmenter, each in the pass named {@code pass}
   * @param pass {@link #EVALUATION} or a strategy; null without images
   * @param valuations of all candidates of a policy's step
   * @param updates of the query network
   * @param atMost whether early stopping may end it before
   */
  record Work(
      String name,
      long trainingSteps,
      long images,
      String pass,
      long valuations,
      long updates,
      boolean atMost) {

    static Work training(String name, long steps) {
      return new Work(name, steps, 0, null, 0, 0, false);
    }

    static Work images(String name, long images, String pass) {
      return new Work(name, 0, images, pass, 0, 0, false);
    }

    boolean isEmpty() {
      return trainingSteps + images + valuations + updates == 0;
    }
  }

  /** All phases, in the order in which they begin; none of them empty. */
  List<Work> all() {
    List<Work> all = new ArrayList<>();
    long starts = starts();
    all.add(Work.training("pretraining", starts * steps.pretraining()));
    all.add(Work.training("initial training", starts * (steps.in(0) - steps.pretraining())));
    if (learnsPolicy()) {
      addPolicy(all);
    }
    if (protocol.isActive()) {
      config.strategies().forEach(strategy -> all.add(choosing(strategy)));
    }
    long perChain = steps.before(protocol.rounds() + 1) - steps.in(0);
    all.add(Work.training("training in the rounds", chains * perChain));
    all.add(finalTrainings());
    all.add(Work.images("evaluation", evaluatedImages(), EVALUATION));
    return all.stream().filter(work -> !work.isEmpty()).toList();
  }

  /** Names of all passes over images that occur. */
  Set<String> passes() {
    Set<String> passes = new LinkedHashSet<>();
    all().stream().filter(work -> work.images() > 0).forEach(work -> passes.add(work.pass()));
    return passes;
  }

  boolean learnsPolicy() {
    return config.needsPolicy() && config.policy().file() == null;
  }

  /** Rounds 0 that are trained. */
  private long starts() {
    return config.seeds().stream().mapToLong(config::initialSeed).distinct().count();
  }

  private void addPolicy(List<Work> all) {
    PolicyConfig policy = config.policy();
    long played = (long) policy.episodes() * policy.steps();
    int offered = policy.regionsPerStep() * policy.poolSize();
    long seen = stateImages() + imagesOf(bench.roles().training().length, offered);
    long batch = config.training().batchSize();
    long perStep = (policy.regionsPerStep() + batch - 1) / batch;
    long rewarded = bench.rewarded().images().length;
    all.add(
        new Work(
            POLICY + "state and candidates",
            0,
            played * seen,
            ExperimentConfig.RALIS,
            played,
            0,
            false));
    all.add(Work.training(POLICY + "segmenter on the new regions", played * perStep));
    all.add(Work.images(POLICY + "reward on d_r", (played + 1) * rewarded, EVALUATION));
    all.add(new Work(POLICY + "query network", 0, 0, null, 0, played, false));
  }

  private Work choosing(String strategy) {
    long chosen = (long) config.seeds().size() * protocol.rounds();
    boolean learned = strategy.equals(ExperimentConfig.RALIS);
    long images = needsNetwork(strategy) ? chosen * imagesPerRound(strategy) : 0;
    return new Work("choosing: " + strategy, 0, images, strategy, learned ? chosen : 0, 0, false);
  }

  private static boolean needsNetwork(String strategy) {
    return strategy.equals(ExperimentConfig.RALIS)
        || !LearnedStrategies.named(strategy).columns().isEmpty();
  }

  private long imagesPerRound(String strategy) {
    int candidates = bench.candidates().length;
    if (strategy.equals(ExperimentConfig.RALIS)) {
      return stateImages() + imagesOf(candidates, offeredTo(strategy));
    }
    return inPools(strategy) ? imagesOf(candidates, offeredTo(strategy)) : candidates;
  }

  private boolean inPools(String strategy) {
    return strategy.equals(ExperimentConfig.RALIS) || protocol.selection().equals("pools");
  }

  private long offeredTo(String strategy) {
    return (long) protocol.regionsPerRound() * protocol.poolSizeOf(strategy);
  }

  private int stateImages() {
    return bench.roles().state().length;
  }

  /** Expected images with at least one of {@code drawn} regions, drawn without replacement. */
  private long imagesOf(int images, long drawn) {
    double regions = (double) images * bench.grid().perImage();
    double missed = 1;
    for (int i = 0; i < bench.grid().perImage(); i++) {
      missed *= Math.max(0, regions - drawn - i) / (regions - i);
    }
    return Math.round(images * (1 - missed));
  }

  private Work finalTrainings() {
    long batch = config.training().batchSize();
    long perEpoch = 0;
    long count = 0;
    for (int round = 1; round <= protocol.rounds(); round++) {
      if (protocol.endsWithFinalTraining(round)) {
        perEpoch += (labelledAfter(round) + batch - 1) / batch;
        count++;
      }
    }
    long epochs = protocol.finalEpochs();
    long images = count * (epochs + 1) * bench.reward().images().length;
    return new Work(
        "final trainings", chains * epochs * perEpoch, chains * images, EVALUATION, 0, 0, true);
  }

  private long labelledAfter(int round) {
    long labelled = protocol.initialRegions() + (long) round * protocol.regionsPerRound();
    return Math.min(protocol.budgetRegions(), labelled);
  }

  private long evaluatedImages() {
    EvaluationConfig evaluation = config.evaluation();
    long perRound = evaluation.splits().stream().mapToLong(s -> bench.pack(s).size()).sum();
    long besides =
        evaluation.finalSplits().stream()
            .filter(split -> !evaluation.splits().contains(split))
            .mapToLong(split -> bench.pack(split).size())
            .sum();
    long finals =
        IntStream.rangeClosed(1, protocol.rounds())
            .filter(r -> r == protocol.rounds() || protocol.endsWithFinalTraining(r))
            .count();
    long initial = protocol.isActive() ? starts() * perRound : 0;
    return initial + chains * (protocol.rounds() * perRound + finals * besides);
  }

  /** Files with the segmenter's weights in the finished run directory. */
  long checkpoints() {
    long kept = config.machine().keepCheckpoints().equals("all") ? protocol.rounds() : 1;
    long finals =
        IntStream.rangeClosed(1, protocol.rounds()).filter(protocol::endsWithFinalTraining).count();
    return starts() + chains * (kept + finals);
  }

  /** Lines of all score tables. */
  long scoredRegions() {
    if (!protocol.isActive()) {
      return 0;
    }
    long perRound = 0;
    for (String strategy : config.strategies()) {
      long offered = inPools(strategy) ? offeredTo(strategy) : bench.candidateRegions();
      perRound += needsNetwork(strategy) ? Math.min(offered, bench.candidateRegions()) : 0;
    }
    return perRound * config.seeds().size() * protocol.rounds();
  }
}
