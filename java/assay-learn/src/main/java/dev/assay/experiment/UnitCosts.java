package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.BatchLoader;
import dev.assay.data.LoaderConfig;
import dev.assay.data.TrainingItems;
import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryNetwork;
import dev.assay.rl.ContextPolicyStrategy;
import dev.assay.rl.DoubleDqn;
import dev.assay.rl.LearnedStrategies;
import dev.assay.rl.TransitionBatch;
import dev.assay.select.Candidates;
import dev.assay.select.RandomKeys;
import dev.assay.select.Selector;
import dev.assay.select.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Seconds that the pieces of a run take on this machine. Each is repeated for some seconds, and the
 * fastest quarter counts: at first networks are planned and Java is compiled, and on a shared
 * machine others come between.
 *
 * @param step of the segmenter's training
 * @param image by pass: one image loaded, predicted, and scored or counted; for a strategy that
 *     learns from all regions also its share of that
 * @param valuation Q of all candidates of a step
 * @param update of the query network
 */
record UnitCosts(double step, Map<String, Double> image, double valuation, double update) {
  private static final int LEAST = 2;
  private static final int MOST = 16;
  private static final long ENOUGH = 1_000_000_000L;

  /** Seconds of one phase. */
  double seconds(Workload.Work work) {
    double images = work.images() == 0 ? 0 : work.images() * image.get(work.pass());
    return work.trainingSteps() * step
        + images
        + work.valuations() * valuation
        + work.updates() * update;
  }

  /**
   * Measures with fresh weights, which stay as they are.
   *
   * @param passes over images that are to be measured
   */
  static UnitCosts measure(Workbench bench, Set<String> passes) {
    bench.segmenter().initialise(0);
    double step = stepSeconds(bench);
    Map<String, Double> image = new HashMap<>();
    for (String pass : passes) {
      image.put(
          pass,
          pass.equals(ExperimentConfig.RALIS) ? lookSeconds(bench) : passSeconds(bench, pass));
    }
    double[] query = bench.config().needsPolicy() ? querySeconds(bench) : new double[2];
    return new UnitCosts(step, image, query[0], query[1]);
  }

  /** Mean of the fastest quarter of the repetitions. */
  private static double settled(Runnable work) {
    List<Long> nanos = new ArrayList<>();
    long start = System.nanoTime();
    while (nanos.size() < LEAST || (nanos.size() < MOST && System.nanoTime() - start < ENOUGH)) {
      long before = System.nanoTime();
      work.run();
      nanos.add(System.nanoTime() - before);
    }
    return nanos.stream()
            .sorted()
            .limit((nanos.size() + 3) / 4)
            .mapToLong(n -> n)
            .average()
            .orElseThrow()
        / 1e9;
  }

  /** At learning rate 0, so that no weights diverge. */
  private static double stepSeconds(Workbench bench) {
    LoaderConfig loading = Trainer.loaderConfig(bench, 0);
    TrainingItems items = TrainingItems.allOf(bench.data().train());
    try (BatchLoader loader = new BatchLoader(items, loading, 0)) {
      return settled(
          () -> {
            Batch batch = loader.next();
            bench.segmenter().trainStep(batch, 0);
            loader.recycle(batch);
          });
    }
  }

  private static double passSeconds(Workbench bench, String pass) {
    int[] images = sample(bench);
    ImageList list = new ImageList(bench.data().train(), images);
    int perImage = bench.grid().perImage();
    int[] owners =
        IntStream.range(0, images.length * perImage).map(i -> images[i / perImage]).toArray();
    int[] regions = IntStream.range(0, owners.length).map(i -> i % perImage).toArray();
    ProgressListener silent = ProgressListener.SILENT;
    double seconds =
        pass.equals(Workload.EVALUATION)
            ? settled(() -> Evaluator.run(bench, list, silent, "plan"))
            : settled(() -> choose(bench, owners, regions, LearnedStrategies.named(pass)));
    return seconds / images.length;
  }

  /** Scores, and lets a strategy that learns from all regions learn: both grow with the regions. */
  private static void choose(Workbench bench, int[] images, int[] regions, Strategy strategy) {
    Candidates scored =
        AcquisitionPass.score(
            bench, images, regions, strategy.columns(), ProgressListener.SILENT, "plan");
    if (strategy instanceof ContextPolicyStrategy) {
      Selector.topK(strategy, scored, 1, new RandomKeys(0, 0));
    }
  }

  /** As many images as go through the segmenter together. */
  private static int[] sample(Workbench bench) {
    int[] candidates = bench.candidates();
    return Arrays.copyOf(
        candidates, Math.min(candidates.length, bench.config().evaluation().batchSize()));
  }

  /** A look at the state set and at some images' regions, by image. */
  private static double lookSeconds(Workbench bench) {
    int[] images = sample(bench);
    try (LabelledSet nothing = new LabelledSet(bench.data().train(), bench.grid());
        PolicyView view =
            new PolicyView(
                bench, new PolicyModel(bench), 1, images.length * bench.grid().perImage())) {
      Candidates all = AcquisitionPass.unscored(bench, images, nothing);
      List<int[]> pools = List.of(IntStream.range(0, all.size()).toArray());
      view.forgetLabels();
      double seconds = settled(() -> view.look(all, pools, new StepClock()));
      return seconds / (images.length + bench.roles().state().length);
    }
  }

  /** A valuation and an update, of random numbers. */
  private static double[] querySeconds(Workbench bench) {
    PolicyConfig policy = bench.config().policy();
    PolicyModel model = new PolicyModel(bench);
    QueryConfig query = model.query();
    int offered = policy.regionsPerStep() * policy.poolSize();
    try (DoubleDqn learner = model.learner(0);
        HostBuffer state = noise("state", query.stateValues());
        HostBuffer actions = noise("actions", query.actionValues(offered));
        HostBuffer values = HostBuffer.floats("Q", offered);
        TransitionBatch batch = new TransitionBatch(query, policy.poolSize(), policy.batchSize())) {
      for (int i = 0; i < policy.batchSize(); i++) {
        batch.add(state.address(), actions.address(), 0, 0, state.address(), actions.address());
      }
      QueryNetwork network = learner.policy();
      double valuation =
          settled(
              () -> {
                network.observe(state.address(), 1);
                network.value(actions.address(), 1, offered, values.address());
              });
      return new double[] {valuation, settled(() -> learner.update(batch))};
    }
  }

  private static HostBuffer noise(String name, long count) {
    HostBuffer buffer = HostBuffer.floats(name, count);
    Random random = new Random(1);
    for (long i = 0; i < count; i++) {
      buffer.putFloat(i, random.nextFloat());
    }
    return buffer;
  }
}
