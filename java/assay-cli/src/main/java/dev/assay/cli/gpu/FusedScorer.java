package dev.assay.cli.gpu;

import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Layout;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How close the fused scorer comes to the memory wall: every signal of RALIS and entropy sampling
 * for all regions of a batch of Cityscapes-sized logits, which lie in device memory, in one call.
 * Batches are so large that the launch and the wait for it, some 10 us, are a few per cent at most.
 */
final class FusedScorer {
  static final String NAME = "fused scorer";

  /** How rows of planar scores begin after their type. */
  static final String PLANES = "nchw";

  static final String SHARE = "% of copy";

  private static final int CLASSES = 19;
  private static final int CELLS = 64;
  private static final long PATTERN_BYTES = 1 << 20;

  private final CheckSize size;
  private final int height;
  private final int width;
  private final int region;
  private final long batchBytes;
  private final int runs;

  FusedScorer(CheckSize size) {
    this.size = size;
    this.height = size.pick(1024, 32);
    this.width = size.pick(2048, 64);
    this.region = size.pick(128, 16);
    this.batchBytes = size.pick(4L << 30, 1L << 18);
    this.runs = size.pick(21, 1);
  }

  void run(PartLog log) throws InterruptedException {
    try (Engine gpu = Engine.cuda(0, 0, 0);
        Session session = gpu.session()) {
      double copy = new DeviceCopy(size).gigabytesPerSecond(gpu.cudaDevice());
      log.measured("copy within device memory", Map.of("GB/s", copy));
      for (Layout layout : Layout.values()) {
        for (DType type : List.of(DType.F32, DType.F16, DType.BF16)) {
          int images = images(gpu, type);
          String name = name(layout, type, images);
          log.attempt(
              name, () -> log.measured(name, measure(gpu, session, layout, type, images, copy)));
        }
      }
    }
  }

  private long imageBytes(DType type) {
    return (long) CLASSES * height * width * type.bytes();
  }

  private int images(Engine gpu, DType type) {
    long most = Math.min(batchBytes, gpu.cudaDevice().freeBytes() / 3);
    return Math.toIntExact(Math.max(1, most / imageBytes(type)));
  }

  private String name(Layout layout, DType type, int images) {
    String order = layout.name().toLowerCase(Locale.ROOT);
    String shape = images + "x" + CLASSES + "x" + height + "x" + width;
    return typeName(type) + " " + order + " " + shape;
  }

  private Map<String, Double> measure(
      Engine gpu, Session session, Layout layout, DType type, int n, double copy) {
    try (DeviceBuffer scores = gpu.cudaDevice().allocate("logits", n * imageBytes(type));
        RegionList regions = RegionList.grid(n, width, height, region, region);
        Outputs outputs = new Outputs(gpu, regions.size())) {
      fill(gpu.exec().stream(), scores, type);
      TensorView logits =
          layout
              .view(scores.address(), type, n, CLASSES, height, width)
              .on(gpu.device(), scores.address());
      double ms =
          medianMs(
              () ->
                  session.regionSignals(
                      logits, ScoreKind.LOGITS, regions, PixelMaps.NONE, outputs.wanted));
      double rate = (scores.bytes() + outputs.bytes()) / 1e6 / ms;
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("ms", ms);
      values.put("GB/s", rate);
      values.put(SHARE, 100 * rate / copy);
      return values;
    }
  }

  private static String typeName(DType type) {
    return switch (type) {
      case F32 -> "fp32";
      case F16 -> "fp16";
      case BF16 -> "bf16";
    };
  }

  private double medianMs(Runnable call) {
    double[] times = new double[runs];
    for (int i = -2; i < runs; i++) {
      long start = System.nanoTime();
      call.run();
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(times);
    return times[runs / 2];
  }

  /** Logits between 1/2 and 4 of either sign, a piece of them over and over. */
  private static void fill(CudaStream stream, DeviceBuffer scores, DType type) {
    SplittableRandom random = new SplittableRandom(7);
    try (HostBuffer pattern = HostBuffer.allocate("pattern", PATTERN_BYTES)) {
      for (int at = 0; at < PATTERN_BYTES; at += type.bytes()) {
        float value = (float) Math.scalb(1 + random.nextDouble(), random.nextInt(-1, 2));
        putBits(pattern, at, type, random.nextBoolean() ? value : -value);
      }
      for (long at = 0; at < scores.bytes(); at += PATTERN_BYTES) {
        long bytes = Math.min(PATTERN_BYTES, scores.bytes() - at);
        stream.workspace().upload(pattern.address(), scores.address() + at, bytes);
      }
      stream.synchronize();
    }
  }

  /** Cut off where the type has fewer bits; halves of these exponents differ in their bias only. */
  private static void putBits(HostBuffer to, int at, DType type, float value) {
    int bits = Float.floatToRawIntBits(value);
    switch (type) {
      case F32 -> to.view().putInt(at, bits);
      case BF16 -> to.view().putShort(at, (short) (bits >>> 16));
      case F16 -> {
        int half = ((bits >>> 13) & 0x3ffff) - ((127 - 15) << 10);
        to.view().putShort(at, (short) (((bits >>> 16) & 0x8000) | half));
      }
    }
  }

  /** Room for the signals on the device. */
  private static final class Outputs implements AutoCloseable {
    private final RegionOutputs wanted = new RegionOutputs();
    private final List<DeviceBuffer> buffers = new ArrayList<>();
    private final Engine gpu;

    Outputs(Engine gpu, int regions) {
      this.gpu = gpu;
      wanted
          .classHistogram(room(4L * CLASSES * regions))
          .entropyMin(room(4L * CELLS * regions))
          .entropyAvg(room(4L * CELLS * regions))
          .entropyMax(room(4L * CELLS * regions))
          .entropyMean(room(4L * regions))
          .marginMean(room(4L * regions))
          .leastConfidenceMean(room(4L * regions));
    }

    private Span room(long bytes) {
      DeviceBuffer buffer = gpu.cudaDevice().allocate("signals", bytes);
      buffers.add(buffer);
      return Span.of(buffer);
    }

    long bytes() {
      return buffers.stream().mapToLong(DeviceBuffer::bytes).sum();
    }

    @Override
    public void close() {
      buffers.forEach(DeviceBuffer::close);
    }
  }
}
