package dev.assay.cli;

import dev.assay.experiment.ConfigFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay demo}: the main job on the embedded data set. */
@Command(
    name = "demo",
    description = "Compares strategies on generated street scenes; minutes on two cores.",
    sortOptions = false)
final class DemoCommand extends BaseCommand {
  private static final String PRESET = "demo";

  @Parameters(arity = "0..*", paramLabel = "KEY=VALUE", description = "Overrides of the preset.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--dir", description = "Run directory; default the first free runs/demo-N.")
  private Path directory;

  @Option(names = "--json", description = "Results as one line of JSON.")
  private boolean json;

  DemoCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    Path target = directory == null ? firstFree(Path.of("runs")) : directory;
    new Runs(talk).start(ConfigFiles.load(PRESET, overrides), target, words(), json);
    return ExitCode.OK;
  }

  private static Path firstFree(Path parent) {
    int n = 1;
    while (Files.exists(parent.resolve(PRESET + "-" + n))) {
      n++;
    }
    return parent.resolve(PRESET + "-" + n);
  }
}
