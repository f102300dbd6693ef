package dev.assay.cli;

import dev.assay.cli.bench.Bench;
import dev.assay.cli.bench.BenchCase;
import dev.assay.cli.bench.BenchTable;
import dev.assay.cli.bench.Measurement;
import dev.assay.kernel.NativeLibrary;
import dev.assay.score.Engine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code assay bench}: how fast the kernels are on this machine. */
@Command(
    name = "bench",
    description = {
      "Times the kernels on this machine: each alone, arrays in memory, made by Assay itself.",
      "The floor is a copy on the same device that moves as many bytes, with as many threads."
    },
    sortOptions = false)
final class BenchCommand extends BaseCommand {
  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      split = ",",
      description = "Only these kernels (default: all).")
  private List<String> kernels = List.of();

  @Mixin private EngineOptions where;

  @Option(
      names = "--seconds",
      defaultValue = "20",
      paramLabel = "S",
      description = "About how long to measure in all (default ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--json", description = "One line of JSON.")
  private boolean json;

  BenchCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    if (!(seconds > 0)) {
      throw new UsageException("--seconds " + seconds + " must be > 0");
    }
    List<BenchCase> cases = wanted();
    List<Measurement> measurements = new ArrayList<>();
    try (Engine engine = where.open()) {
      talk.say("bench: " + cases.size() + " cases on " + engine.device() + ", " + machine());
      if (!json) {
        talk.data(header());
      }
      Bench.run(
          cases,
          engine,
          where.threads(),
          seconds,
          m -> {
            measurements.add(m);
            if (!json) {
              talk.data(row(m));
            }
            talk.progress("bench", measurements.size(), cases.size(), m.kernel());
          });
      if (json) {
        talk.data(Json.line(document(engine, measurements)));
      }
    }
    return ExitCode.OK;
  }

  private List<BenchCase> wanted() {
    TreeSet<String> known =
        BenchTable.all().stream()
            .map(BenchCase::kernel)
            .collect(Collectors.toCollection(TreeSet::new));
    for (String kernel : kernels) {
      if (!known.contains(kernel)) {
        throw new UsageException(
            "--kernel " + kernel + " has no case; expected some of " + String.join(", ", known));
      }
    }
    return BenchTable.all().stream()
        .filter(c -> kernels.isEmpty() || kernels.contains(c.kernel()))
        .toList();
  }

  private String machine() {
    return NativeLibrary.cpuTarget() + ", " + cpuThreads() + " thread(s)";
  }

  private int cpuThreads() {
    return where.threads() > 0 ? where.threads() : Runtime.getRuntime().availableProcessors();
  }

  private Map<String, Object> document(Engine engine, List<Measurement> measurements) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("assay", Version.text());
    document.put("backend", engine.device().isCpu() ? "cpu" : "cuda");
    document.put("cpu_target", NativeLibrary.cpuTarget());
    document.put("threads", cpuThreads());
    document.put("cases", measurements);
    return document;
  }

  private static String header() {
    return String.format(
        Locale.ROOT,
        "%-18s %-24s %6s %11s %11s %9s %8s %11s %7s",
        "kernel",
        "shape",
        "runs",
        "median ms",
        "min ms",
        "MB",
        "GB/s",
        "floor ms",
        "share");
  }

  private static String row(Measurement m) {
    return String.format(
        Locale.ROOT,
        "%-18s %-24s %6d %11.4f %11.4f %9.2f %8.2f %11.4f %6.1f%%",
        m.kernel(),
        m.shape(),
        m.runs(),
        m.medianMs(),
        m.minMs(),
        m.bytes() / 1e6,
        m.gbPerS(),
        m.floorMs(),
        100 * m.shareOfCopy());
  }
}
