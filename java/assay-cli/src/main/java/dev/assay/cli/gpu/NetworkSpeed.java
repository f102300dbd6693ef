package dev.assay.cli.gpu;

import dev.assay.data.Batch;
import dev.assay.device.CudaDevice;
import dev.assay.model.FpnConfig;
import dev.assay.model.FpnSegmenter;
import dev.assay.model.ResNet;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Training and inference of FPN-ResNet-50 in bf16, wall clock, the images' way to the device
 * included: they come from the host in every step, as in an experiment.
 */
final class NetworkSpeed {
  private static final int CLASSES = 19;
  private static final int WARM_UP = 3;
  private static final int RUNS = 10;

  private NetworkSpeed() {}

  static void run(GpuReport report) {
    String reason = Backends.whyNoCuda();
    if (reason != null) {
      report.skipped("all", reason);
      return;
    }
    measure(report, true, 32, 224, 224);
    measure(report, false, 32, 224, 224);
    measure(report, true, 2, 1024, 2048);
    measure(report, false, 1, 1024, 2048);
  }

  private static void measure(GpuReport report, boolean training, int n, int height, int width) {
    String name =
        String.format(
            Locale.ROOT,
            "FPN-ResNet-50 %s %dx%dx%d bf16",
            training ? "training" : "inference",
            n,
            height,
            width);
    if (report.secondsLeft() <= 0) {
      report.skipped(name, "no time left");
      return;
    }
    FpnConfig config =
        FpnConfig.standard(ResNet.Depth.RESNET50, CLASSES).withPrecision(Precision.BF16);
    try (CudaDevice device = CudaDevice.open(0, 0);
        Batch batch = new Batch(n, height, width)) {
      for (long i = 0; i < batch.labels().bytes(); i++) {
        batch.labels().putByte(i, (byte) (i % CLASSES));
      }
      double ms = medianMs(device, config, batch, training);
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("ms", ms);
      values.put("images/s", n * 1e3 / ms);
      report.measured(name, values);
    }
  }

  private static double medianMs(
      CudaDevice device, FpnConfig config, Batch batch, boolean training) {
    // The network closes it.
    Backend backend = Backends.cuda(device, new CudaOptions(false, true, true));
    try (FpnSegmenter network = new FpnSegmenter(config, backend)) {
      return medianMs(
          () -> {
            step(network, batch, training);
            backend.memory().synchronise();
          });
    }
  }

  private static void step(FpnSegmenter network, Batch batch, boolean training) {
    if (training) {
      network.trainStep(batch, 1e-3);
    } else {
      network.logits(batch);
    }
  }

  private static double medianMs(Runnable step) {
    for (int i = 0; i < WARM_UP; i++) {
      step.run();
    }
    double[] times = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      step.run();
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    return (times[(RUNS - 1) / 2] + times[RUNS / 2]) / 2;
  }
}
