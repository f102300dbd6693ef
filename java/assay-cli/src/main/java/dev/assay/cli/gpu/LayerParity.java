package dev.assay.cli.gpu;

import dev.assay.device.CudaDevice;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every layer of the networks on the GPU, in three precisions, against the CPU in fp32: outputs,
 * gradients and statistics within rounding. Inputs and parameters are the same numbers in all of
 * them ({@link LayerRun}).
 *
 * <p>In fp32 the largest difference counts, over the largest value: a sum of K products in another
 * order is off by at most K 2^-24 of its terms' magnitudes, K being about 1000 here. A wrong layer
 * is off by about 1.
 *
 * <p>In TF32 and bf16 what the layer computes in between is rounded by a relative 2^-11 or 2^-9 at
 * most, about eight times on the longest way from an input to a gradient. Such errors are
 * independent of each other and do not grow in sums, relative to their size, so the root mean
 * square of the differences counts, over that of the values: 8 u. Where a rounded number decides
 * whether a ReLU passes a gradient, about one gradient in 1 / (8 u) is wrong altogether, which adds
 * sqrt(8 u).
 */
final class LayerParity {
  static final String NAME = "layer parity";

  private static final String TOLERANCE = "tolerance";
  private static final double ROUNDINGS = 8;

  /**
   * One way to compute.
   *
   * @param unit relative error of one rounding
   */
  private record Way(String name, Precision precision, double unit) {
    CudaOptions options() {
      return new CudaOptions(true, false, precision == Precision.TF32);
    }

    double tolerance(boolean jumps) {
      if (precision == Precision.F32) {
        return 1e-4;
      }
      return jumps ? Math.sqrt(ROUNDINGS * unit) : ROUNDINGS * unit;
    }

    double difference(float[] expected, float[] found) {
      return precision == Precision.F32 ? largest(expected, found) : meanSquare(expected, found);
    }
  }

  private static final List<Way> WAYS =
      List.of(
          new Way("fp32", Precision.F32, 0x1p-24),
          new Way("TF32", Precision.TF32, 0x1p-11),
          new Way("bf16", Precision.BF16, 0x1p-9));

  private LayerParity() {}

  static void run(PartLog log) throws InterruptedException {
    String reason = Backends.whyNoCuda();
    if (reason != null) {
      log.skipped("all", reason);
      return;
    }
    try (CudaDevice device = CudaDevice.open(0, 0)) {
      for (Way way : WAYS) {
        try (Backend gpu = Backends.cuda(device, way.options());
            Backend cpu = Backends.cpu()) {
          run(log, way, cpu, gpu);
        }
      }
    }
  }

  private static void run(PartLog log, Way way, Backend cpu, Backend gpu)
      throws InterruptedException {
    try {
      gpu.requireComputable(way.precision().type());
    } catch (UnsupportedOperationException e) {
      log.skipped(way.name() + ": all", e.getMessage());
      return;
    }
    for (LayerCases.LayerCase c : LayerCases.all()) {
      String name = way.name() + ": " + c.name();
      log.attempt(name, () -> compare(log, name, way, c, cpu, gpu));
    }
    gpu.fusions().forEach((kind, how) -> log.fact(way.name() + ": " + kind, how));
  }

  private static void compare(
      PartLog log, String name, Way way, LayerCases.LayerCase c, Backend cpu, Backend gpu) {
    Map<String, float[]> expected = LayerRun.of(cpu, Precision.F32, c);
    Map<String, float[]> found = LayerRun.of(gpu, way.precision(), c);
    double tolerance = way.tolerance(c.jumps());
    double worst = 0;
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, float[]> e : expected.entrySet()) {
      double difference = way.difference(e.getValue(), found.get(e.getKey()));
      worst = Math.max(worst, difference);
      if (!(difference <= tolerance)) {
        wrong.add(String.format(Locale.ROOT, "%s by %.2g", e.getKey(), difference));
      }
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("off by", worst);
    values.put(TOLERANCE, tolerance);
    log.measured(name, values);
    if (wrong.isEmpty()) {
      log.passed(name, String.format(Locale.ROOT, "within %.1e", worst));
    } else {
      log.failed(name, "differs in " + String.join(", ", wrong));
    }
  }

  /** Largest difference over the largest expected value; NaN where there is one. */
  private static double largest(float[] expected, float[] found) {
    double largest = 1e-6;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - found[i]));
    }
    return worst / largest;
  }

  /** Root mean square of the differences over that of the expected values; NaN likewise. */
  private static double meanSquare(float[] expected, float[] found) {
    double squares = 1e-12;
    double differences = 0;
    for (int i = 0; i < expected.length; i++) {
      squares += (double) expected[i] * expected[i];
      double difference = expected[i] - found[i];
      differences += difference * difference;
    }
    return Math.sqrt(differences / squares);
  }
}
