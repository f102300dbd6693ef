package dev.assay.experiment;

import dev.assay.rl.DoubleDqn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run will do and about what it will cost.
 *
 * @param chains (strategy, seed) pairs
 * @param rounds rounds of each after the shared round 0
 * @param labelledRegions labelled regions at the end of each
 * @param candidateRegions regions that can be labelled
 * @param phases what is done, in the order in which it begins
 * @param trainingSteps of the segmenter in all phases
 * @param forwardImages images scored and evaluated in all phases
 * @param seconds of all phases, from work that was measured once each; files are not counted
 * @param diskBytes estimated size of the finished run directory
 * @param replayBytes what it takes besides while a policy is trained
 * @param memoryBytes peak resident memory of this process after the measurement
 */
public record Plan(
    int chains,
    int rounds,
    int labelledRegions,
    int candidateRegions,
    List<Phase> phases,
    long trainingSteps,
    long forwardImages,
    double seconds,
    long diskBytes,
    long replayBytes,
    long memoryBytes) {

  private static final long BYTES_PER_SCORED_REGION = 120;

  /**
   * One kind of work.
   *
   * @param trainingSteps of the segmenter
   * @param forwardImages images through the segmenter; stochastic passes of an image count once
   * @param queryUpdates of the query network
   * @param atMost whether early stopping may end it before
   */
  public record Phase(
      String name,
      long trainingSteps,
      long forwardImages,
      long queryUpdates,
      double seconds,
      boolean atMost) {}

  /** Counts the work and measures a piece of each kind. */
  static Plan measure(Workbench bench) throws IOException {
    ExperimentConfig config = bench.config();
    ProtocolConfig protocol = config.protocol();
    Workload workload = new Workload(bench);
    UnitCosts costs = UnitCosts.measure(bench, workload.passes());
    List<Phase> phases = new ArrayList<>();
    for (Workload.Work work : workload.all()) {
      phases.add(
          new Phase(
              work.name(),
              work.trainingSteps(),
              work.images(),
              work.updates(),
              costs.seconds(work),
              work.atMost()));
    }
    return new Plan(
        config.arms().size() * config.seeds().size(),
        protocol.rounds(),
        protocol.isActive() ? protocol.budgetRegions() : bench.candidateRegions(),
        bench.candidateRegions(),
        List.copyOf(phases),
        phases.stream().mapToLong(Phase::trainingSteps).sum(),
        phases.stream().mapToLong(Phase::forwardImages).sum(),
        phases.stream().mapToDouble(Phase::seconds).sum(),
        diskBytes(bench, workload),
        workload.learnsPolicy() ? replayBytes(bench) : 0,
        peakMemory());
  }

  private static long diskBytes(Workbench bench, Workload workload) throws IOException {
    long bytes = workload.checkpoints() * sizeOf(bench.segmenter()::save);
    return bytes + workload.scoredRegions() * BYTES_PER_SCORED_REGION;
  }

  /** The replay file, and the learner's checkpoint twice: the new one is written before the old. */
  private static long replayBytes(Workbench bench) throws IOException {
    PolicyModel model = new PolicyModel(bench);
    try (DoubleDqn learner = model.learner(0)) {
      return model.replay().fileBytes() + 2 * sizeOf(learner::save);
    }
  }

  /** Writes a file. */
  @FunctionalInterface
  private interface Writer {
    void save(Path file) throws IOException;
  }

  private static long sizeOf(Writer writer) throws IOException {
    Path directory = Files.createTempDirectory("assay-plan");
    Path file = directory.resolve("checkpoint.safetensors");
    try {
      writer.save(file);
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
