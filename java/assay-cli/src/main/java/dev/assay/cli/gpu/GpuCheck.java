package dev.assay.cli.gpu;

import dev.assay.device.CudaDevice;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Runs parts one after the other within a budget; a part that fails stops none of the others. */
public final class GpuCheck {
  private GpuCheck() {}

  /** The parts, checks first: numbers of kernels that compute something else are worth nothing. */
  public static List<Part> parts() {
    return List.of(
        new Part("golden vectors", 20, KernelParity::golden),
        new Part("seeded arrays", 70, KernelParity::seeded),
        new Part("layer parity", 40, LayerParity::run),
        new Part("out of memory", 10, DeviceFaults::outOfMemory),
        new Part("lost device", 20, DeviceFaults::lostDevice),
        new Part("kernel speed", 60, KernelSpeed::run),
        new Part("acquisition step", 50, AcquisitionStep::run),
        new Part("network speed", 80, NetworkSpeed::run),
        new Part("PyTorch", 120, TorchPeer::run));
  }

  /**
   * Runs {@code parts} on the first GPU.
   *
   * @param seconds for all together; what does not fit is reported as skipped
   * @param said called with a line when a part begins
   */
  public static GpuReport run(List<Part> parts, double seconds, Consumer<String> said) {
    GpuReport report = new GpuReport();
    describe(report);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (Part part : parts) {
      double left = (end - System.nanoTime()) / 1e9;
      double budget = Math.min(left, part.seconds());
      report.begin(part.name(), budget);
      if (left <= 0) {
        report.skipped("all", String.format(Locale.ROOT, "no time left of %.0f s", seconds));
        continue;
      }
      said.accept(String.format(Locale.ROOT, "%s, at most %.0f s", part.name(), budget));
      attempt(part, report);
    }
    return report;
  }

  private static void attempt(Part part, GpuReport report) {
    try {
      part.body().run(report);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      report.failed("all", "interrupted");
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      report.failed("all", e.toString());
    }
  }

  private static void describe(GpuReport report) {
    try (CudaDevice device = CudaDevice.open(0, 0)) {
      report.machine("gpu", device.name());
      report.machine("capability", device.computeCapability() / 10.0);
      report.machine("memory", device.totalBytes() >> 20);
      report.machine("java", Runtime.version().toString());
      report.machine("cores", Runtime.getRuntime().availableProcessors());
    }
  }
}
