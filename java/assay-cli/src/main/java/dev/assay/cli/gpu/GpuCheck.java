package dev.assay.cli.gpu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Runs parts one after the other within a budget; a part that fails, ends its process or hangs
 * stops none of the others.
 */
public final class GpuCheck {
  /** What a part may take beyond its time for the piece of work that it is at. */
  private static final double GRACE_SECONDS = 10;

  private final PartRunner runner;
  private final Consumer<GpuReport> changed;
  private final Consumer<String> said;

  GpuCheck(PartRunner runner, Consumer<GpuReport> changed, Consumer<String> said) {
    this.runner = runner;
    this.changed = changed;
    this.said = said;
  }

  /**
   * Each part in a process of its own.
   *
   * @param log where what they say besides goes
   * @param changed called with the report after each entry
   * @param said called with a line when a part begins
   */
  public static GpuCheck inProcesses(
      CheckSize size, Path log, Consumer<GpuReport> changed, Consumer<String> said) {
    return new GpuCheck(new PartProcess(size, log), changed, said);
  }

  /** The parts, checks first: numbers of kernels that compute something else are worth nothing. */
  public static List<Part> parts(CheckSize size) {
    return List.of(
        new Part(DeviceFacts.NAME, 10, DeviceFacts::run),
        new Part("golden vectors", 25, KernelParity::golden),
        new Part("seeded arrays", 60, new KernelParity(size)::seeded),
        new Part("other kernels", 15, OtherKernels::run),
        new Part(LayerParity.NAME, 45, LayerParity::run),
        new Part("out of memory", 10, DeviceFaults::outOfMemory),
        new Part("lost device", 12, DeviceFaults::lostDevice),
        new Part(FusedScorer.NAME, 20, new FusedScorer(size)::run),
        new Part("kernel speed", 50, new KernelSpeed(size)::run),
        new Part(AcquisitionStep.NAME, 45, new AcquisitionStep(size)::run),
        new Part(NetworkSpeed.NAME, 80, new NetworkSpeed(size)::run),
        new Part(PolicyTime.NAME, 45, new PolicyTime(size)::run),
        new Part(TorchPeer.NAME, 200, new TorchPeer(size)::run));
  }

  static Part part(String name, CheckSize size) {
    return parts(size).stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  /**
   * Runs {@code parts}.
   *
   * @param seconds for all together; what does not fit is reported as skipped
   */
  public GpuReport run(List<Part> parts, double seconds) throws IOException, InterruptedException {
    GpuReport report = new GpuReport();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    for (Part part : parts) {
      double left = (end - System.nanoTime()) / 1e9;
      if (left <= 0) {
        report.leaveOut(part.name(), String.format(Locale.ROOT, "no time left of %.0f s", seconds));
      } else {
        run(part, left, report);
      }
      changed.accept(report);
    }
    report.finish();
    changed.accept(report);
    return report;
  }

  private void run(Part part, double left, GpuReport report)
      throws IOException, InterruptedException {
    // The grace comes out of the budget of the last part that begins.
    double budget = Math.min(part.seconds(), Math.max(left / 2, left - GRACE_SECONDS));
    said.accept(String.format(Locale.ROOT, "%s, at most %.0f s", part.name(), budget));
    report.begin(part.name());
    changed.accept(report);
    String failure =
        runner.run(
            part,
            budget,
            Math.min(budget + GRACE_SECONDS, left),
            entry -> {
              report.add(entry);
              changed.accept(report);
            });
    report.end(failure);
  }
}
