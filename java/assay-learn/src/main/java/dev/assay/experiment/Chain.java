package dev.assay.experiment;

import dev.assay.data.TrainingItems;
import dev.assay.select.RandomKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rounds of one strategy and seed. Everything a round does is a function of the configuration,
 * and of the selections and the checkpoint of the rounds before it; a round that was cut off is
 * done again, or finished, with the same result. Confined to one thread.
 */
final class Chain implements AutoCloseable {
  /** Name of the one "strategy" of the supervised protocol. */
  static final String SUPERVISED = "supervised";

  private static final int NOTHING = -1;

  private final Workbench bench;
  private final RunDirectory run;
  private final EventLog events;
  private final ProgressListener listener;
  private final Steps steps;
  private final String strategy;
  private final long seed;
  private final LabelledSet labelled;
  private final Acquisition acquisition;

  /** The round whose final weights the network holds. */
  private int held = NOTHING;

  Chain(
      Workbench bench,
      RunDirectory run,
      EventLog events,
      ProgressListener listener,
      String strategy,
      long seed,
      Chooser chooser) {
    this.bench = bench;
    this.run = run;
    this.events = events;
    this.listener = listener;
    this.steps = new Steps(bench.config(), bench.roles().training().length);
    this.strategy = strategy;
    this.seed = seed;
    this.labelled = new LabelledSet(bench.data().train(), bench.grid());
    this.acquisition = new Acquisition(bench, strategy, seed, labelled, chooser);
  }

  /** Takes over a finished round's labels, or does the round. */
  void advance(int round) {
    if (!directory(round).isDone()) {
      perform(round);
    } else if (protocol().isActive()) {
      acquisition.replay(Selection.read(directory(round).selection()));
    }
  }

  private void perform(int round) {
    RunDirectory.RoundDirectory directory = directory(round);
    directory.create();
    String message = strategy + " seed " + seed + " round " + round;
    events.add("round_started", "strategy", strategy, "seed", seed, "round", round);
    RoundProgress progress = RoundProgress.read(directory.progress());
    if (protocol().isActive()) {
      progress = choose(round, progress, message);
    }
    progress = train(round, progress, message);
    FinalTraining.Outcome finalTraining =
        protocol().endsWithFinalTraining(round) ? trainFinally(round, message) : null;
    long start = System.nanoTime();
    Map<String, Metrics.Evaluation> evaluations = evaluate(round, message);
    double seconds = (System.nanoTime() - start) / 1e9;
    finish(metrics(round, progress, finalTraining, evaluations, seconds));
  }

  /** Leaves the best weights in the network, which the next round does not start from. */
  private FinalTraining.Outcome trainFinally(int round, String message) {
    hold(round);
    held = NOTHING;
    TrainingItems items = labelled.items(new int[0]);
    return new FinalTraining(bench, listener)
        .run(items, loaderSeed(round, 2), directory(round).finalWeights(), message);
  }

  /** Chooses and reveals; a choice that was written before a crash is read back. */
  private RoundProgress choose(int round, RoundProgress progress, String message) {
    RunDirectory.RoundDirectory directory = directory(round);
    if (Files.exists(directory.selection())) {
      acquisition.replay(Selection.read(directory.selection()));
      return progress;
    }
    long start = System.nanoTime();
    if (acquisition.needsNetwork(round)) {
      hold(round - 1);
    }
    Chooser.Choice choice = acquisition.choose(round, listener, message);
    RoundProgress scored = progress.scored((System.nanoTime() - start) / 1e9);
    RunFiles.writeJson(directory.progress(), scored);
    acquisition.record(choice, round, directory);
    events.add(
        "selected",
        "strategy",
        strategy,
        "seed",
        seed,
        "round",
        round,
        "regions",
        choice.picks().size());
    return scored;
  }

  private RoundProgress train(int round, RoundProgress before, String message) {
    RunDirectory.RoundDirectory directory = directory(round);
    long total = steps.in(round);
    startingWeights(round, before);
    held = NOTHING;
    RoundProgress after = before;
    if (before.steps() < total) {
      after =
          new Trainer(bench, steps, directory, listener).run(round, stages(round), before, message);
    }
    if (before.steps() < total || total == 0) {
      save(directory.checkpoint());
      RunFiles.writeJson(directory.progress(), after);
    }
    held = round;
    return after;
  }

  /** Puts the weights into the network from which the training of this round goes on. */
  private void startingWeights(int round, RoundProgress progress) {
    if (progress.steps() > 0) {
      boolean trained = progress.steps() == steps.in(round);
      load(
          trained
              ? directory(round).checkpoint()
              : directory(round).checkpointAt(progress.steps()));
    } else if (round == 0) {
      initialise();
    } else {
      hold(protocol().isActive() && protocol().weights().equals("restart") ? 0 : round - 1);
    }
  }

  private void initialise() {
    bench.segmenter().initialise(new RandomKeys(seed, 0).bits(RandomKeys.Purpose.WEIGHTS, 0, 0));
    String pretrained = bench.config().model().pretrained();
    if (pretrained != null) {
      try {
        bench.segmenter().loadBackbone(Path.of(pretrained));
      } catch (IOException e) {
        throw new ExperimentException("model.pretrained=" + pretrained + ": " + e.getMessage(), e);
      }
    }
  }

  private void hold(int round) {
    if (held != round) {
      load(directory(round).checkpoint());
      held = round;
    }
  }

  /** What the round learns from: round 0 first sees the pretraining's images, if there are any. */
  private List<Trainer.Stage> stages(int round) {
    List<Trainer.Stage> stages = new ArrayList<>();
    long first = round == 0 ? steps.pretraining() : 0;
    if (first > 0) {
      TrainingItems images = TrainingItems.allOf(bench.pretraining());
      stages.add(new Trainer.Stage(images, loaderSeed(0, 1), 0, 0, first));
    }
    if (steps.in(round) > first) {
      // The supervised protocol is one long training that is merely cut into rounds.
      boolean active = protocol().isActive();
      long seedOfRound = loaderSeed(active ? round : 0, 0);
      long batch = active ? 0 : steps.before(round);
      stages.add(new Trainer.Stage(items(round), seedOfRound, batch, first, steps.in(round)));
    }
    return stages;
  }

  private long loaderSeed(int round, int stage) {
    return new RandomKeys(seed, round).bits(RandomKeys.Purpose.TRAINING, stage, 0);
  }

  private TrainingItems items(int round) {
    if (!protocol().isActive()) {
      return TrainingItems.allOf(bench.data().train());
    }
    if (round == 0) {
      return labelled.items(bench.roles().training());
    }
    return switch (protocol().trainOn()) {
      case "newest" -> labelled.newest(protocol().regionsIn(round));
      case "labelled_and_pretraining" -> labelled.items(bench.roles().training());
      default -> labelled.items(new int[0]);
    };
  }

  private Map<String, Metrics.Evaluation> evaluate(int round, String message) {
    Map<String, Metrics.Evaluation> evaluations = new LinkedHashMap<>();
    if (round == 0 && !protocol().isActive()) {
      return evaluations;
    }
    Set<Split> splits = new LinkedHashSet<>(bench.config().evaluation().splits());
    if (round == protocol().rounds() || protocol().endsWithFinalTraining(round)) {
      splits.addAll(bench.config().evaluation().finalSplits());
    }
    for (Split split : splits) {
      ImageList images = ImageList.all(bench.pack(split));
      evaluations.put(
          split.key(),
          Metrics.Evaluation.of(
              Evaluator.run(bench, images, listener, message + " on " + split.key())));
    }
    return evaluations;
  }

  private Metrics metrics(
      int round,
      RoundProgress progress,
      FinalTraining.Outcome finalTraining,
      Map<String, Metrics.Evaluation> evaluations,
      double evalSeconds) {
    boolean active = protocol().isActive();
    int regions = active ? labelled.size() : bench.candidateRegions();
    return new Metrics(
        round == 0 ? RunDirectory.INITIAL : strategy,
        seed,
        round,
        regions,
        active ? labelled.labelledPixels() : bench.labelledPixelsOfTraining(),
        (double) regions / bench.candidateRegions(),
        progress.steps(),
        progress.steps() == 0 ? null : progress.lossSum() / progress.steps(),
        finalTraining,
        evaluations,
        progress.trainSeconds(),
        progress.scoreSeconds(),
        evalSeconds);
  }

  /** Writes the metrics, then the marker, then tidies up. */
  private void finish(Metrics metrics) {
    int round = metrics.round();
    RunDirectory.RoundDirectory directory = directory(round);
    RunFiles.writeJson(directory.metrics(), metrics);
    RunFiles.write(directory.done(), "round " + round + " is complete\n");
    directory.deleteUnfinished();
    if (round > 1 && bench.config().machine().keepCheckpoints().equals("last")) {
      RunDirectory.RoundDirectory.delete(directory(round - 1).checkpoint());
    }
    events.add(
        "round_done",
        "strategy",
        strategy,
        "seed",
        seed,
        "round",
        round,
        "labelled_regions",
        metrics.labelledRegions());
    listener.progress(
        "round", round, protocol().rounds(), strategy + " seed " + seed + metrics.summary());
  }

  private void save(Path file) {
    try {
      bench.segmenter().save(file);
    } catch (IOException e) {
      throw new ExperimentException(
          file + ": cannot be written (" + e + "); make room or mend the directory, then resume",
          e);
    }
  }

  private void load(Path file) {
    try {
      bench.segmenter().load(file);
    } catch (IOException e) {
      throw new ExperimentException(file + ": cannot be read (" + e + ")", e);
    }
  }

  private ProtocolConfig protocol() {
    return bench.config().protocol();
  }

  private RunDirectory.RoundDirectory directory(int round) {
    return run.round(strategy, round == 0 ? bench.config().initialSeed(seed) : seed, round);
  }

  @Override
  public void close() {
    acquisition.close();
    labelled.close();
  }
}
