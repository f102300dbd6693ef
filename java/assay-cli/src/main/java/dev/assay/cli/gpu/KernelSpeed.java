package dev.assay.cli.gpu;

import dev.assay.cli.bench.BenchCase;
import dev.assay.cli.bench.BenchTable;
import dev.assay.cli.kernels.Inputs;
import dev.assay.cli.kernels.Job;
import dev.assay.cli.kernels.Kernels;
import dev.assay.cli.kernels.Settings;
import dev.assay.cli.kernels.Timing;
import dev.assay.score.Engine;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every kernel's bandwidth and its share of a copy. Arrays are in device memory; a launch and the
 * wait for it, some 10 us, are in the time, so small shapes show them.
 */
final class KernelSpeed {
  private static final double MOST_SECONDS = 1;

  private KernelSpeed() {}

  static void run(GpuReport report) throws IOException {
    List<BenchCase> cases = BenchTable.all();
    try (Engine gpu = Engine.cuda(0, 0, 0)) {
      double copy = DeviceCopy.gigabytesPerSecond(gpu.cudaDevice());
      report.measured("copy within device memory", Map.of("GB/s", copy));
      for (BenchCase c : cases) {
        if (report.secondsLeft() <= 0) {
          report.skipped(c.kernel() + " " + c.shape(), "no time left");
        } else {
          report.measured(c.kernel() + " " + c.shape(), measure(gpu, c, copy));
        }
      }
    }
  }

  private static Map<String, Double> measure(Engine gpu, BenchCase c, double copy)
      throws IOException {
    try (Inputs inputs = new Inputs(c.kernel() + " " + c.shape(), c.arrays().get());
        Job job = Kernels.named(c.kernel()).prepare(gpu, inputs, new Settings(c.settings()))) {
      Timing timing = Timing.ofSeconds(job, MOST_SECONDS);
      double rate = job.bytes() / 1e6 / timing.medianMs();
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("ms", timing.medianMs());
      values.put("GB/s", rate);
      values.put("% of copy", 100 * rate / copy);
      return values;
    }
  }
}
