package dev.assay.cli.gpu;

import dev.assay.cli.bench.BenchCase;
import dev.assay.cli.kernels.Inputs;
import dev.assay.cli.kernels.Job;
import dev.assay.cli.kernels.Kernels;
import dev.assay.cli.kernels.Settings;
import dev.assay.cli.kernels.Timing;
import dev.assay.score.Engine;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every kernel's bandwidth and its share of a copy. Arrays are in device memory; a launch and the
 * wait for it, some 10 us, are in the time, so small shapes show them.
 */
final class KernelSpeed {
  private static final double MOST_SECONDS = 0.5;

  private final CheckSize size;

  KernelSpeed(CheckSize size) {
    this.size = size;
  }

  void run(PartLog log) throws InterruptedException {
    try (Engine gpu = Engine.cuda(0, 0, 0)) {
      double copy = new DeviceCopy(size).gigabytesPerSecond(gpu.cudaDevice());
      log.measured("copy within device memory", Map.of("GB/s", copy));
      for (BenchCase c : size.kernels()) {
        String name = c.kernel() + " " + c.shape();
        log.attempt(name, () -> log.measured(name, measure(gpu, c, copy)));
      }
    }
  }

  private Map<String, Double> measure(Engine gpu, BenchCase c, double copy) throws IOException {
    try (Inputs inputs = new Inputs(c.kernel() + " " + c.shape(), c.arrays().get());
        Job job = Kernels.named(c.kernel()).prepare(gpu, inputs, new Settings(c.settings()))) {
      Timing timing = Timing.ofSeconds(job, size.seconds(MOST_SECONDS));
      double rate = job.bytes() / 1e6 / timing.medianMs();
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("ms", timing.medianMs());
      values.put("GB/s", rate);
      values.put(FusedScorer.SHARE, 100 * rate / copy);
      return values;
    }
  }
}
