package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.BatchLoader;
import dev.assay.data.ImageBatches;
import dev.assay.data.LoaderConfig;
import dev.assay.data.TrainingItems;
import dev.assay.select.Strategies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a run will do and about what it will cost.
 *
 * @param chains (strategy, seed) pairs
 * @param rounds rounds of each after the shared round 0
 * @param labelledRegions labelled regions at the end of each
 * @param candidateRegions regions that can be labelled
 * @param trainingSteps of the whole run
 * @param forwardImages images scored and evaluated in the whole run
 * @param seconds estimated from one measured step and one measured forward pass
 * @param diskBytes estimated size of the run directory
 * @param memoryBytes peak resident memory of this process after the measurement
 */
public record Plan(
    int chains,
    int rounds,
    int labelledRegions,
    int candidateRegions,
    long trainingSteps,
    long forwardImages,
    double seconds,
    long diskBytes,
    long memoryBytes) {

  private static final long BYTES_PER_SCORED_REGION = 120;

  static Plan measure(Session session) throws IOException {
    ExperimentConfig config = session.config();
    ProtocolConfig protocol = config.protocol();
    boolean active = protocol.isActive();
    int seeds = config.seeds().size();
    int chains = config.arms().size() * seeds;
    Steps steps = new Steps(config, session.pretraining().length);
    long training =
        seeds * steps.in(0) + chains * (steps.before(protocol.rounds() + 1) - steps.in(0));
    long scoring =
        active
            ? config.strategies().stream()
                    .filter(name -> !Strategies.named(name).signals().isEmpty())
                    .count()
                * seeds
                * protocol.rounds()
            : 0;
    long forward = scoring * session.candidates().length + evaluated(session, seeds, chains);
    session.segmenter().initialise(0);
    double stepSeconds = stepSeconds(session);
    double imageSeconds = imageSeconds(session);
    long checkpoint = checkpointBytes(session);
    long kept = config.machine().keepCheckpoints().equals("all") ? protocol.rounds() : 1;
    return new Plan(
        chains,
        protocol.rounds(),
        active ? protocol.budgetRegions() : session.candidateRegions(),
        session.candidateRegions(),
        training,
        forward,
        training * stepSeconds + forward * imageSeconds,
        checkpoint * (seeds + chains * kept)
            + scoring * session.candidateRegions() * BYTES_PER_SCORED_REGION,
        peakMemory());
  }

  private static long evaluated(Session session, int seeds, int chains) {
    EvaluationConfig evaluation = session.config().evaluation();
    ProtocolConfig protocol = session.config().protocol();
    long perRound = evaluation.splits().stream().mapToLong(s -> session.pack(s).size()).sum();
    long atEnd =
        evaluation.finalSplits().stream()
            .filter(split -> !evaluation.splits().contains(split))
            .mapToLong(split -> session.pack(split).size())
            .sum();
    long initial = protocol.isActive() ? seeds * perRound : 0;
    return initial + chains * (protocol.rounds() * perRound + atEnd);
  }

  /** The second of two steps: the first one plans the network. */
  private static double stepSeconds(Session session) {
    LoaderConfig loaderConfig = Trainer.loaderConfig(session, 0);
    TrainingItems items = TrainingItems.allOf(session.data().train());
    double seconds = 0;
    try (BatchLoader loader = new BatchLoader(items, loaderConfig, 0)) {
      for (int step = 0; step < 2; step++) {
        Batch batch = loader.next();
        long start = System.nanoTime();
        session.segmenter().trainStep(batch, session.config().training().learningRate());
        seconds = (System.nanoTime() - start) / 1e9;
        loader.recycle(batch);
      }
    }
    return seconds;
  }

  private static double imageSeconds(Session session) {
    int size = session.config().evaluation().batchSize();
    RegionGrid grid = session.grid();
    double seconds = 0;
    try (Batch batch = new Batch(size, grid.imageHeight(), grid.imageWidth())) {
      int count = Math.min(size, session.candidates().length);
      ImageBatches.fill(batch, session.data().train(), session.candidates(), 0, count);
      for (int pass = 0; pass < 2; pass++) {
        long start = System.nanoTime();
        session.segmenter().logits(batch);
        seconds = (System.nanoTime() - start) / 1e9;
      }
    }
    return seconds / size;
  }

  private static long checkpointBytes(Session session) throws IOException {
    Path directory = Files.createTempDirectory("assay-plan");
    Path file = directory.resolve("checkpoint.safetensors");
    try {
      session.segmenter().save(file);
      return Files.size(file);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }

  private static long peakMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0);
  }
}
