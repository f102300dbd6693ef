package dev.assay.cli.gpu;

import dev.assay.device.CudaDevice;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every layer of the networks on the GPU against the CPU, in fp32 without TF32: outputs, gradients
 * and statistics within rounding. Sums of a few hundred products in another order differ by some
 * 1e-6 of the largest value; a wrong layer differs by about 1.
 */
final class LayerParity {
  private static final double TOLERANCE = 1e-4;

  private LayerParity() {}

  static void run(GpuReport report) {
    String reason = Backends.whyNoCuda();
    if (reason != null) {
      report.skipped("all", reason);
      return;
    }
    try (CudaDevice device = CudaDevice.open(0, 0);
        Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT);
        Backend cpu = Backends.cpu()) {
      report.machine("cudnn", gpu.version());
      for (LayerCases.LayerCase c : LayerCases.all()) {
        if (report.secondsLeft() <= 0) {
          report.skipped(c.name(), "no time left");
        } else {
          compare(report, c, cpu, gpu);
        }
      }
      gpu.fusions().forEach(report::machine);
    }
  }

  private static void compare(GpuReport report, LayerCases.LayerCase c, Backend cpu, Backend gpu) {
    try {
      Map<String, float[]> expected = LayerRun.of(cpu, c);
      Map<String, float[]> found = LayerRun.of(gpu, c);
      double worst = 0;
      List<String> wrong = new ArrayList<>();
      for (Map.Entry<String, float[]> e : expected.entrySet()) {
        double difference = difference(e.getValue(), found.get(e.getKey()));
        worst = Math.max(worst, difference);
        if (!(difference <= TOLERANCE)) {
          wrong.add(String.format(Locale.ROOT, "%s by %.2g", e.getKey(), difference));
        }
      }
      if (wrong.isEmpty()) {
        report.passed(c.name(), String.format(Locale.ROOT, "within %.1e", worst));
      } else {
        report.failed(c.name(), "differs in " + String.join(", ", wrong));
      }
    } catch (RuntimeException e) {
      report.failed(c.name(), e.toString());
    }
  }

  /** Largest difference over the largest expected value; NaN where there is one. */
  private static double difference(float[] expected, float[] found) {
    double largest = 1e-6;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - found[i]));
    }
    return worst / largest;
  }
}
