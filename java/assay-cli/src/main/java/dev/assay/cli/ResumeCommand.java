package dev.assay.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay resume}: continues a run that was cut off. */
@Command(
    name = "resume",
    description = "Continues a run; picks and numbers are those of an uninterrupted one.",
    sortOptions = false)
final class ResumeCommand extends BaseCommand {
  @Parameters(index = "0", paramLabel = "RUN_DIR", description = "The run's directory.")
  private Path directory;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "machine.KEY=VALUE",
      description = "Overrides of machine settings.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--json", description = "Results as one line of JSON.")
  private boolean json;

  ResumeCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    new Runs(talk).resume(directory, overrides, json);
    return ExitCode.OK;
  }
}
