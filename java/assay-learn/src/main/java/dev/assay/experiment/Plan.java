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

  static Plan measure(Workbench bench) throws IOException {
    ExperimentConfig config = bench.config();
    ProtocolConfig protocol = config.protocol();
    boolean active = protocol.isActive();
    int seeds = config.seeds().size();
    int chains = config.arms().size() * seeds;
    Steps steps = new Steps(config, bench.roles().training().length);
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
    long forward = scoring * bench.candidates().length + evaluated(bench, seeds, chains);
    bench.segmenter().initialise(0);
    double stepSeconds = stepSeconds(bench);
    double imageSeconds = imageSeconds(bench);
    long checkpoint = checkpointBytes(bench);
    long kept = config.machine().keepCheckpoints().equals("all") ? protocol.rounds() : 1;
    return new Plan(
        chains,
        protocol.rounds(),
        active ? protocol.budgetRegions() : bench.candidateRegions(),
        bench.candidateRegions(),
        training,
        forward,
        training * stepSeconds + forward * imageSeconds,
        checkpoint * (seeds + chains * kept)
            + scoring * bench.candidateRegions() * BYTES_PER_SCORED_REGION,
        peakMemory());
  }

  private static long evaluated(Workbench bench, int seeds, int chains) {
    EvaluationConfig evaluation = bench.config().evaluation();
    ProtocolConfig protocol = bench.config().protocol();
    long perRound = evaluation.splits().stream().mapToLong(s -> bench.pack(s).size()).sum();
    long atEnd =
        evaluation.finalSplits().stream()
            .filter(split -> !evaluation.splits().contains(split))
            .mapToLong(split -> bench.pack(split).size())
            .sum();
    long initial = protocol.isActive() ? seeds * perRound : 0;
    return initial + chains * (protocol.rounds() * perRound + atEnd);
  }

  /** The second of two steps: the first one plans the network. */
  private static double stepSeconds(Workbench bench) {
    LoaderConfig loaderConfig = Trainer.loaderConfig(bench, 0);
    TrainingItems items = TrainingItems.allOf(bench.data().train());
    double seconds = 0;
    try (BatchLoader loader = new BatchLoader(items, loaderConfig, 0)) {
      for (int step = 0; step < 2; step++) {
        Batch batch = loader.next();
        long start = System.nanoTime();
        bench.segmenter().trainStep(batch, bench.config().training().learningRate());
        seconds = (System.nanoTime() - start) / 1e9;
        loader.recycle(batch);
      }
    }
    return seconds;
  }

  private static double imageSeconds(Workbench bench) {
    int size = bench.config().evaluation().batchSize();
    RegionGrid grid = bench.grid();
    double seconds = 0;
    try (Batch batch = new Batch(size, grid.imageHeight(), grid.imageWidth())) {
      int count = Math.min(size, bench.candidates().length);
      ImageBatches.fill(batch, bench.data().train(), bench.candidates(), 0, count);
      for (int pass = 0; pass < 2; pass++) {
        long start = System.nanoTime();
        bench.segmenter().logits(batch);
        seconds = (System.nanoTime() - start) / 1e9;
      }
    }
    return seconds / size;
  }

  private static long checkpointBytes(Workbench bench) throws IOException {
    Path directory = Files.createTempDirectory("assay-plan");
    Path file = directory.resolve("checkpoint.safetensors");
    try {
      bench.segmenter().save(file);
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
