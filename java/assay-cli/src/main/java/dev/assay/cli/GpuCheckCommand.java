package dev.assay.cli;

import dev.assay.cli.gpu.CheckSize;
import dev.assay.cli.gpu.GpuCheck;
import dev.assay.cli.gpu.GpuReport;
import dev.assay.cli.gpu.Part;
import dev.assay.format.AtomicFile;
import dev.assay.score.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code assay gpu-check}: everything that only a GPU can show, in one command of minutes. */
@Command(
    name = "gpu-check",
    description = {
      "Holds every kernel on the GPU against the CPU, provokes what can go wrong, and measures.",
      "Exits with 4 where there is no usable GPU, after saying what was not exercised."
    },
    sortOptions = false)
final class GpuCheckCommand extends BaseCommand {
  private static final double MOST_SECONDS = 480;

  /** To start the parts' processes, and to end the last. */
  private static final double OWN_SECONDS = 5;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "gpu-check",
      description = "Where report.json and report.txt go, as they come (default ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--part",
      paramLabel = "NAME",
      split = ",",
      description = "Only these parts (default: all).")
  private List<String> wanted = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "480",
      description = "For all parts together, at most ${DEFAULT-VALUE} (default).")
  private double seconds;

  @Option(names = "--small", hidden = true, description = "Inputs for trying the command out.")
  private boolean small;

  @Option(names = "--json", description = "The report as one line of JSON.")
  private boolean json;

  GpuCheckCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(seconds > OWN_SECONDS && seconds <= MOST_SECONDS)) {
      throw new UsageException(
          "--seconds " + seconds + " must be in (" + OWN_SECONDS + ", " + MOST_SECONDS + "]");
    }
    CheckSize size = small ? CheckSize.SMALL : CheckSize.FULL;
    List<Part> parts = chosen(size);
    String reason = Engine.whyNotCuda();
    if (reason != null) {
      return nothingRan(parts, reason);
    }
    Files.createDirectories(out);
    Path log = out.resolve("log.txt");
    Files.writeString(log, "");
    GpuReport report =
        GpuCheck.inProcesses(size, log, this::write, line -> talk.say("gpu-check: " + line))
            .run(parts, seconds - OWN_SECONDS);
    talk.data(json ? Json.line(report.document()) : report.table().stripTrailing());
    talk.say("wrote " + out.resolve("report.txt") + " and " + out.resolve("report.json"));
    return report.hasFailures() ? ExitCode.OTHER : ExitCode.OK;
  }

  private List<Part> chosen(CheckSize size) {
    List<Part> all = GpuCheck.parts(size);
    List<String> known = all.stream().map(Part::name).toList();
    for (String name : wanted) {
      if (!known.contains(name)) {
        throw new UsageException(
            "--part '" + name + "' must be one of " + String.join(", ", known));
      }
    }
    return all.stream().filter(p -> wanted.isEmpty() || wanted.contains(p.name())).toList();
  }

  private int nothingRan(List<Part> parts, String reason) throws IOException {
    String names = parts.stream().map(Part::name).collect(Collectors.joining(", "));
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("gpu", null);
    document.put("reason", reason);
    document.put("not_exercised", parts.stream().map(Part::name).toList());
    document.put("goals", new GpuReport().document().get("goals"));
    String text = "no usable GPU: " + reason + "\nnot exercised: " + names;
    Files.createDirectories(out);
    write(text + "\n", Json.line(document));
    talk.data(json ? Json.line(document) : text);
    talk.say("gpu-check: no usable GPU; doctor says how to mend it");
    return ExitCode.NO_DEVICE;
  }

  /** Both files anew, whole: whenever this process ends, they say what was found until then. */
  private void write(GpuReport report) {
    try {
      write(report.table(), Json.line(report.document()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String table, String document) throws IOException {
    write(out.resolve("report.txt"), table);
    write(out.resolve("report.json"), document + "\n");
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(file, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
