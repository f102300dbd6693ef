package dev.assay.cli.bench;

import dev.assay.cli.kernels.Inputs;
import dev.assay.cli.kernels.Job;
import dev.assay.cli.kernels.Kernels;
import dev.assay.cli.kernels.Settings;
import dev.assay.cli.kernels.Timing;
import dev.assay.score.Engine;
import java.io.IOException;

/**
 * What one case took.
 *
 * @param medianMs half of the runs took at most this
 * @param bytes read or written at least once
 * @param gbPerS bytes over the median
 * @param floorMs a copy that moves as many bytes, on the same threads, right after
 * @param shareOfCopy floor over median: 1 is as fast as copying
 */
public record Measurement(
    String kernel,
    String shape,
    int runs,
    double medianMs,
    double minMs,
    long bytes,
    double gbPerS,
    double floorMs,
    double shareOfCopy) {

  /** Runs a case for about {@code seconds}. */
  static Measurement of(BenchCase c, Engine engine, CopyFloor floor, double seconds)
      throws IOException {
    Timing timing;
    long bytes;
    try (Inputs inputs = new Inputs(c.kernel() + " " + c.shape(), c.arrays().get());
        Job job = Kernels.named(c.kernel()).prepare(engine, inputs, new Settings(c.settings()))) {
      timing = Timing.ofSeconds(job, seconds);
      bytes = job.bytes();
    }
    double floorMs = floor.millis(bytes);
    double median = timing.medianMs();
    return new Measurement(
        c.kernel(),
        c.shape(),
        timing.runs(),
        median,
        timing.minMs(),
        bytes,
        bytes / 1e6 / median,
        floorMs,
        floorMs / median);
  }
}
