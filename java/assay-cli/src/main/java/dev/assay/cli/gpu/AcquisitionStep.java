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
import java.util.List;
import java.util.Map;

/**
 * The acquisition step beside the network's passes, on two scales. Signals are measured on one
 * image and counted for all; the sum is of the medians of its kernels.
 */
final class AcquisitionStep {
  private static final double MOST_SECONDS = 2;

  private AcquisitionStep() {}

  static void run(GpuReport report) throws IOException {
    try (Engine gpu = Engine.cuda(0, 0, 0)) {
      for (AcquisitionScale scale :
          List.of(AcquisitionScale.camVid(), AcquisitionScale.cityscapes())) {
        step(report, gpu, scale);
      }
    }
  }

  private static void step(GpuReport report, Engine gpu, AcquisitionScale scale)
      throws IOException {
    double total = 0;
    for (AcquisitionScale.Work work : scale.works()) {
      if (report.secondsLeft() <= 0) {
        report.skipped(scale.name(), "no time left");
        return;
      }
      double ms = work.times() * median(gpu, work.kernel());
      String name = work.kernel().kernel() + " " + work.kernel().shape();
      report.measured(
          name + (work.times() > 1 ? ", " + work.times() + " times" : ""), Map.of("ms", ms));
      total += ms;
    }
    report.measured(scale.name(), Map.of("ms", total));
  }

  private static double median(Engine gpu, BenchCase c) throws IOException {
    try (Inputs inputs = new Inputs(c.kernel() + " " + c.shape(), c.arrays().get());
        Job job = Kernels.named(c.kernel()).prepare(gpu, inputs, new Settings(c.settings()))) {
      return Timing.ofSeconds(job, MOST_SECONDS).medianMs();
    }
  }
}
