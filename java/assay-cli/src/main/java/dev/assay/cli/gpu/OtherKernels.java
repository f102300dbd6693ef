package dev.assay.cli.gpu;

import dev.assay.score.Engine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The kernels that {@code assay kernel} does not offer, because networks call them, on the GPU
 * against their CPU twins: every array the same to the bit, inputs included, but for sums in double
 * whose order their contracts leave open.
 */
final class OtherKernels {
  /** Of sums of some hundred terms of one sign: 2^-53 for each, and some. */
  private static final double SUM_TOLERANCE = 1e-12;

  private OtherKernels() {}

  static void run(PartLog log) throws InterruptedException {
    try (Engine cpu = Engine.cpu(0);
        Engine gpu = Engine.cuda(0, 0, 0)) {
      for (OtherKernelCases.Case c : OtherKernelCases.all()) {
        log.attempt(c.name(), () -> compare(log, c, cpu, gpu));
      }
    }
  }

  private static void compare(PartLog log, OtherKernelCases.Case c, Engine cpu, Engine gpu) {
    try (KernelArrays onCpu = new KernelArrays(cpu);
        KernelArrays onGpu = new KernelArrays(gpu)) {
      c.work().run(cpu.exec(), onCpu);
      c.work().run(gpu.exec(), onGpu);
      List<String> differences = differences(onCpu, onGpu);
      if (differences.isEmpty()) {
        log.passed(c.name(), "the same bits");
      } else {
        log.failed(c.name(), String.join(", ", differences));
      }
    }
  }

  private static List<String> differences(KernelArrays onCpu, KernelArrays onGpu) {
    Map<String, byte[]> found = onGpu.fetch();
    List<String> differences = new ArrayList<>();
    onCpu
        .fetch()
        .forEach(
            (name, bytes) -> {
              int at =
                  onCpu.areSums(name)
                      ? mismatchOfSums(bytes, found.get(name))
                      : Arrays.mismatch(bytes, found.get(name));
              if (at >= 0) {
                differences.add(name + " differs at byte " + at);
              }
            });
    return differences;
  }

  private static int mismatchOfSums(byte[] expected, byte[] found) {
    ByteBuffer a = ByteBuffer.wrap(expected).order(ByteOrder.nativeOrder());
    ByteBuffer b = ByteBuffer.wrap(found).order(ByteOrder.nativeOrder());
    for (int at = 0; at < expected.length; at += Double.BYTES) {
      double difference = Math.abs(a.getDouble(at) - b.getDouble(at));
      if (!(difference <= SUM_TOLERANCE * Math.abs(a.getDouble(at)))) {
        return at;
      }
    }
    return -1;
  }
}
