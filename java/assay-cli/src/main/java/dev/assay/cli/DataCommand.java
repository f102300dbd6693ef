package dev.assay.cli;

import picocli.CommandLine.Command;

/** {@code assay data}: what concerns data sets on disk. */
@Command(
    name = "data",
    description = "Writes and checks data sets.",
    subcommands = {DataSyntheticCommand.class, DataCheckCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class DataCommand extends BaseCommand {
  DataCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() {
    throw new UsageException("data needs a command: synthetic or check");
  }
}
