package dev.assay.cli.bench;

import dev.assay.score.Engine;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Measures cases one after the other. */
public final class Bench {
  private Bench() {}

  /**
   * Hands each case's measurement to {@code sink} as it comes.
   *
   * @param threads CPU threads of the copy that serves as the floor on the CPU; 0 means all
   * @param seconds for all cases together, not counting the making of inputs
   */
  public static void run(
      List<BenchCase> cases, Engine engine, int threads, double seconds, Consumer<Measurement> sink)
      throws IOException {
    int copiers = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    try (CopyFloor floor = new CopyFloor(engine, copiers)) {
      for (BenchCase c : cases) {
        sink.accept(Measurement.of(c, engine, floor, seconds / cases.size()));
      }
    }
  }
}
