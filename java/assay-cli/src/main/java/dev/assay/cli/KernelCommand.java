package dev.assay.cli;

import dev.assay.cli.kernels.Inputs;
import dev.assay.cli.kernels.Job;
import dev.assay.cli.kernels.Kernels;
import dev.assay.cli.kernels.Settings;
import dev.assay.cli.kernels.Timing;
import dev.assay.format.NdArray;
import dev.assay.format.NpzWriter;
import dev.assay.score.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay kernel}: runs one kernel on named arrays. */
@Command(
    name = "kernel",
    description = "Runs one kernel on the named arrays of an .npz file.",
    sortOptions = false)
final class KernelCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME", description = "The kernel; an unknown name lists all.")
  private String name;

  @Option(names = "--in", required = true, paramLabel = "IN.npz", description = "Arrays to read.")
  private Path in;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "OUT.npz",
      description = "Where the results go.")
  private Path out;

  @Mixin private EngineOptions where;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting of the kernel.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--repeat",
      defaultValue = "1",
      paramLabel = "N",
      description = "Run N times and report the median of the kernel alone.")
  private int repeat;

  @Option(names = "--json", description = "End stdout with one line of JSON about the run.")
  private boolean json;

  KernelCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    Job.Factory factory = Kernels.named(name);
    if (factory == null) {
      throw new UsageException(
          "kernel "
              + name
              + " does not exist; expected one of "
              + String.join(", ", Kernels.names()));
    }
    if (repeat < 1) {
      throw new UsageException("--repeat " + repeat + " must be >= 1");
    }
    try (Engine engine = where.open();
        Inputs inputs = new Inputs(in);
        Job job = factory.prepare(engine, inputs, new Settings(settings))) {
      Timing timing = measure(job);
      NpzWriter.write(out, job.outputs());
      report(engine, job, timing.medianMs());
    }
    return ExitCode.OK;
  }

  private Timing measure(Job job) {
    try {
      return Timing.ofRuns(job, repeat);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(in + ": " + e.getMessage(), e);
    }
  }

  private void report(Engine engine, Job job, double medianMs) {
    double gigabytes = job.bytes() / 1e6 / medianMs;
    talk.say(
        "wrote "
            + out
            + ": "
            + job.outputs().stream().map(NdArray::toString).collect(Collectors.joining(", ")));
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("kernel", name);
      line.put("backend", engine.device().isCpu() ? "cpu" : "cuda");
      line.put("median_ms", medianMs);
      line.put("bytes", job.bytes());
      line.put("gb_per_s", gigabytes);
      talk.data(Json.line(line));
    } else if (repeat > 1) {
      talk.data(
          String.format(
              "%s on %s: median of %d runs %.4f ms, %.2f GB/s",
              name, engine.device(), repeat, medianMs, gigabytes));
    }
  }
}
