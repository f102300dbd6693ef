package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.BatchLoader;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.rl.DoubleDqn;
import dev.assay.rl.EpsilonSchedule;
import dev.assay.rl.Greedy;
import dev.assay.rl.ReplayBuffer;
import dev.assay.rl.TargetSchedule;
import dev.assay.rl.TransitionBatch;
import dev.assay.select.Candidates;
import dev.assay.select.RandomKeys;
import dev.assay.select.Selector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Learns an acquisition policy by playing the active-learning game on D_T (RALIS, section 3.1).
 * Every episode starts from the same weights with nothing labelled; in every step the state is
 * computed from D_S, K pools of N regions are offered, one region of each is labelled, the
 * segmenter makes one pass over them, and the gain on D_R is the reward of all K.
 *
 * <p>All random numbers are functions of seed, step and purpose, and an episode is the unit of
 * resumption, so that a training that was cut off ends with the same bits. Confined to one thread.
 */
final class PolicyTraining {
  private static final int EXPLORE = 0;
  private static final int EXPLORED_PICK = 1;

  private final Workbench bench;
  private final PolicyConfig config;
  private final PolicyDirectory directory;
  private final Path initialWeights;
  private final EventLog events;
  private final ProgressListener listener;
  private final long seed;
  private final RewardMetric metric;
  private final ImageList rewardImages;
  private final EpsilonSchedule epsilon;

  /**
   * @param initialWeights theta_0, a checkpoint of the segmenter
   */
  PolicyTraining(
      Workbench bench,
      PolicyDirectory directory,
      Path initialWeights,
      EventLog events,
      ProgressListener listener) {
    this.bench = bench;
    this.config = bench.config().policy();
    this.directory = directory;
    this.initialWeights = initialWeights;
    this.events = events;
    this.listener = listener;
    this.seed = bench.config().seeds().get(0);
    this.metric = metric();
    this.rewardImages = bench.rewarded();
    this.epsilon =
        new EpsilonSchedule(config.epsilonStart(), config.epsilonEnd(), config.epsilonDecay());
  }

  private RewardMetric metric() {
    return switch (config.reward()) {
      case "weighted_iou" -> RewardMetric.weightedIou(bench.classPixels(bench.roles().training()));
      case "weighted_iou_as_printed" ->
          RewardMetric.weightedIouAsPrinted(bench.classPixels(bench.roles().training()));
      default -> RewardMetric.miou(bench.classes());
    };
  }

  /** Trains what is still to be trained, and writes the policy. */
  void run() {
    try {
      Files.createDirectories(directory.root());
      play();
    } catch (IOException e) {
      throw new ExperimentException(directory.root() + ": " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new ExperimentException(directory.root() + ": " + e.getCause().getMessage(), e);
    }
  }

  /** How far the training has come; what {@code progress.json} holds. */
  record Progress(int episodes) {
    static Progress read(Path file) throws IOException {
      return Files.exists(file)
          ? RunFiles.JSON.readValue(Files.readString(file), Progress.class)
          : new Progress(0);
    }
  }

  private void play() throws IOException {
    int finished = Progress.read(directory.progress()).episodes();
    EpisodeLog log = new EpisodeLog(directory.episodes(), finished);
    PolicyModel model = new PolicyModel(bench);
    try (DoubleDqn learner = model.learner(seed);
        PolicyView view = new PolicyView(bench, model, config.regionsPerStep(), config.poolSize());
        ReplayBuffer replay = ReplayBuffer.open(directory.replay(), model.replay());
        TransitionBatch batch =
            new TransitionBatch(model.query(), config.poolSize(), config.batchSize())) {
      if (finished > 0) {
        learner.load(directory.learner(finished));
      }
      replay.rewind((long) finished * config.steps());
      double start = initialMetric();
      for (int episode = finished + 1; episode <= config.episodes(); episode++) {
        try (Episode played = new Episode(episode, learner, view, replay, batch)) {
          finish(episode, played.run(start), learner, log);
        }
      }
      model.save(directory.policy(), learner.policy());
    }
    Files.deleteIfExists(directory.learner(config.episodes()));
    Files.deleteIfExists(directory.replay());
  }

  private double initialMetric() throws IOException {
    bench.segmenter().load(initialWeights);
    return measure("initial weights");
  }

  private double measure(String message) {
    ConfusionMatrix matrix =
        Evaluator.run(bench, rewardImages, ProgressListener.SILENT, message + " on d_r");
    return 100 * metric.of(matrix);
  }

  /** What an episode came to. */
  private record Result(double gain, double meanLoss, double lastEpsilon, StepClock clock) {}

  /** The learner is written before the progress that names it, and the last one deleted after. */
  private void finish(int episode, Result result, DoubleDqn learner, EpisodeLog log)
      throws IOException {
    learner.save(directory.learner(episode));
    log.add(
        episode,
        config.steps(),
        result.gain(),
        result.meanLoss(),
        result.lastEpsilon(),
        result.clock());
    RunFiles.writeJson(directory.progress(), new Progress(episode));
    Files.deleteIfExists(directory.learner(episode - 1));
    events.add("episode_done", "episode", episode, "return", result.gain());
    listener.progress(
        "policy",
        episode,
        config.episodes(),
        String.format(java.util.Locale.ROOT, "episode %d, return %+.2f", episode, result.gain()));
  }

  /** One game from nothing labelled to the budget. */
  private final class Episode implements AutoCloseable {
    private final int number;
    private final DoubleDqn learner;
    private final PolicyView view;
    private final ReplayBuffer replay;
    private final TransitionBatch batch;
    private final LabelledSet labelled = new LabelledSet(bench.data().train(), bench.grid());
    private final Oracle oracle = new Oracle(bench.data().train(), bench.classes());
    private final StepClock clock = new StepClock();
    private double losses;
    private int updates;

    Episode(
        int number,
        DoubleDqn learner,
        PolicyView view,
        ReplayBuffer replay,
        TransitionBatch batch) {
      this.number = number;
      this.learner = learner;
      this.view = view;
      this.replay = replay;
      this.batch = batch;
    }

    Result run(double start) throws IOException {
      bench.segmenter().load(initialWeights);
      view.forgetLabels();
      double before = start;
      for (int step = 0; step < config.steps(); step++) {
        before = step(step, before);
      }
      long last = (long) number * config.steps() - 1;
      double meanLoss = updates == 0 ? Double.NaN : losses / updates;
      return new Result(before - start, meanLoss, epsilon.at(last), clock);
    }

    /** Plays one step and returns the metric after it. */
    private double step(int step, double before) throws IOException {
      long t = (long) (number - 1) * config.steps() + step;
      RandomKeys keys = new RandomKeys(seed, t);
      Candidates unlabelled = AcquisitionPass.unscored(bench, bench.roles().training(), labelled);
      List<int[]> pools =
          Selector.pools(unlabelled, config.regionsPerStep(), config.poolSize(), keys);
      view.look(unlabelled, pools, clock);
      replay.begin(view.state(), view.actions());
      if (new TargetSchedule(config.targetEvery()).due(step)) {
        learner.copyToTarget();
      }
      int[] chosen = clock.time(StepClock.Part.CHOOSE, () -> choose(keys, t));
      for (int k = 0; k < chosen.length; k++) {
        int candidate = pools.get(k)[chosen[k]];
        int image = unlabelled.image(candidate);
        int region = unlabelled.region(candidate);
        oracle.reveal(labelled, image, region);
        view.addLabelled(image, region);
      }
      clock.time(StepClock.Part.TRAIN, () -> train(keys, t));
      double after =
          clock.time(StepClock.Part.REWARD, () -> measure("episode " + number + " step " + step));
      float[] rewards = new float[chosen.length];
      Arrays.fill(rewards, (float) (config.rewardScale() * (after - before) / 100));
      replay.complete(chosen, rewards, step + 1 == config.steps());
      if (replay.size() >= config.batchSize()) {
        replay.sample(seed, t, batch);
        losses += clock.time(StepClock.Part.UPDATE, () -> learner.update(batch));
        updates++;
      }
      String message = "episode " + number;
      listener.progress("step", step + 1, config.steps(), message);
      return after;
    }

    /** One draw decides for all pools whether they are explored. */
    private int[] choose(RandomKeys keys, long t) {
      int[] chosen = new int[config.regionsPerStep()];
      if (keys.uniform(RandomKeys.Purpose.EXPLORATION, EXPLORE, 0) < epsilon.at(t)) {
        for (int k = 0; k < chosen.length; k++) {
          chosen[k] =
              keys.below(config.poolSize(), RandomKeys.Purpose.EXPLORATION, EXPLORED_PICK, k);
        }
        return chosen;
      }
      long values = view.values(learner.policy());
      Greedy.choose(values, chosen.length, config.poolSize(), chosen);
      return chosen;
    }

    /** One pass over the regions labelled in this step (section 3.1, step 5). */
    private double train(RandomKeys keys, long t) {
      int size = bench.config().training().batchSize();
      int steps = (config.regionsPerStep() + size - 1) / size;
      long loaderSeed = keys.bits(RandomKeys.Purpose.TRAINING, 0, 0);
      double rate = bench.config().training().learningRate();
      double loss = 0;
      try (BatchLoader loader =
          new BatchLoader(
              labelled.newest(config.regionsPerStep()),
              Trainer.loaderConfig(bench, loaderSeed),
              0)) {
        for (int i = 0; i < steps; i++) {
          Batch next = loader.next();
          loss += Trainer.step(bench, next, rate, "policy step " + t);
          loader.recycle(next);
        }
      }
      return loss;
    }

    @Override
    public void close() {
      labelled.close();
    }
  }
}
