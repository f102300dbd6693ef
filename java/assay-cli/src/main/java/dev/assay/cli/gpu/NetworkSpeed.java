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
  static final String NAME = "network speed";
  static final String RATE = "images/s";

  /** Trials of algorithms take what there is. */
  private static final long SMALL_MEMORY = 32 << 20;

  private static final int CLASSES = 19;
  private static final int WARM_UP = 3;
  private static final int RUNS = 10;

  private final CheckSize size;

  NetworkSpeed(CheckSize size) {
    this.size = size;
  }

  void run(PartLog log) throws InterruptedException {
    String reason = Backends.whyNoCuda();
    if (reason != null) {
      log.skipped("all", reason);
      return;
    }
    int batch = size.pick(32, 2);
    int crop = size.pick(224, 32);
    int height = size.pick(1024, 32);
    int width = size.pick(2048, 64);
    measure(log, true, batch, crop, crop);
    measure(log, false, batch, crop, crop);
    measure(log, true, 2, height, width);
    measure(log, false, 1, height, width);
  }

  private void measure(PartLog log, boolean training, int n, int height, int width)
      throws InterruptedException {
    String name =
        String.format(
            Locale.ROOT,
            "%s %s %dx%dx%d bf16",
            size.pick("FPN-ResNet-50", "small FPN-ResNet-18"),
            training ? "training" : "inference",
            n,
            height,
            width);
    log.attempt(name, () -> log.measured(name, measure(training, n, height, width)));
  }

  private Map<String, Double> measure(boolean training, int n, int height, int width) {
    try (CudaDevice device = CudaDevice.open(0, size.pick(0L, SMALL_MEMORY));
        Batch batch = new Batch(n, height, width)) {
      for (long i = 0; i < batch.labels().bytes(); i++) {
        batch.labels().putByte(i, (byte) (i % CLASSES));
      }
      double ms = medianMs(device, batch, training);
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("ms", ms);
      values.put(RATE, n * 1e3 / ms);
      return values;
    }
  }

  private double medianMs(CudaDevice device, Batch batch, boolean training) {
    // The network closes it.
    Backend backend = Backends.cuda(device, new CudaOptions(false, true, true));
    try (FpnSegmenter network = new FpnSegmenter(config(), backend)) {
      return medianMs(
          () -> {
            step(network, batch, training);
            backend.memory().synchronise();
          });
    }
  }

  private FpnConfig config() {
    FpnConfig paper = FpnConfig.standard(ResNet.Depth.RESNET50, CLASSES);
    return size.pick(paper, narrow(paper)).withPrecision(Precision.BF16);
  }

  /** So few channels, and so few blocks, that even an emulated device does a step in a second. */
  private static FpnConfig narrow(FpnConfig paper) {
    return new FpnConfig(
        ResNet.Depth.RESNET18,
        0.125,
        8,
        8,
        paper.dropout(),
        paper.classes(),
        paper.classWeights(),
        paper.momentum(),
        paper.weightDecay(),
        paper.gradientClip(),
        paper.precision(),
        paper.seed(),
        paper.threads());
  }

  private static void step(FpnSegmenter network, Batch batch, boolean training) {
    if (training) {
      network.trainStep(batch, 1e-3);
    } else {
      network.logits(batch);
    }
  }

  private double medianMs(Runnable step) {
    for (int i = 0; i < size.pick(WARM_UP, 1); i++) {
      step.run();
    }
    double[] times = new double[size.pick(RUNS, 2)];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      step.run();
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    return (times[(times.length - 1) / 2] + times[times.length / 2]) / 2;
  }
}
