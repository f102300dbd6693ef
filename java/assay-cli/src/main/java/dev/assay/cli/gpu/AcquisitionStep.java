package dev.assay.cli.gpu;

import dev.assay.cli.bench.AcquisitionScale;
import dev.assay.cli.bench.BenchCase;
import dev.assay.cli.kernels.Inputs;
import dev.assay.cli.kernels.Job;
import dev.assay.cli.kernels.Kernels;
import dev.assay.cli.kernels.Settings;
import dev.assay.cli.kernels.Timing;
import dev.assay.score.Engine;
import java.io.IOException;
import java.util.Map;

/**
 * The acquisition step beside the network's passes, on two scales. Signals are measured on one
 * image and counted for all; the sums are of the medians of its kernels, logits and results in
 * device memory.
 */
final class AcquisitionStep {
  static final String NAME = "acquisition step";
  static final String MS = "ms";

  private static final double MOST_SECONDS = 2;

  private final CheckSize size;

  AcquisitionStep(CheckSize size) {
    this.size = size;
  }

  void run(PartLog log) throws InterruptedException {
    try (Engine gpu = Engine.cuda(0, 0, 0)) {
      for (AcquisitionScale scale : size.acquisition()) {
        log.attempt(scale.name(), () -> step(log, gpu, scale));
      }
    }
  }

  private void step(PartLog log, Engine gpu, AcquisitionScale scale)
      throws IOException, InterruptedException {
    double signals = work(log, gpu, scale.signals());
    double labelled = work(log, gpu, scale.toLabelled());
    log.measured(scale.name(), Map.of(MS, signals + labelled));
    String rest = scale.name() + ", and those from the unlabelled";
    log.attempt(
        rest,
        () -> {
          double unlabelled = work(log, gpu, scale.toUnlabelled());
          log.measured(rest, Map.of(MS, signals + labelled + unlabelled));
        });
  }

  private double work(PartLog log, Engine gpu, AcquisitionScale.Work work) throws IOException {
    BenchCase kernel = work.kernel();
    double ms = work.times() * median(gpu, kernel);
    String times = work.times() > 1 ? ", " + work.times() + " times" : "";
    log.measured(kernel.kernel() + " " + kernel.shape() + times, Map.of(MS, ms));
    return ms;
  }

  private double median(Engine gpu, BenchCase c) throws IOException {
    try (Inputs inputs = new Inputs(c.kernel() + " " + c.shape(), c.arrays().get());
        Job job = Kernels.named(c.kernel()).prepare(gpu, inputs, new Settings(c.settings()))) {
      return Timing.ofSeconds(job, size.seconds(MOST_SECONDS)).medianMs();
    }
  }
}
