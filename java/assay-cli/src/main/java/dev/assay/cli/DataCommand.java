package dev.assay.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code assay data}: what concerns data sets on disk. */
@Command(
    name = "data",
    description = "Writes and checks data sets.",
    subcommands = {DataSyntheticCommand.class, DataCheckCommand.class},
    synopsisSubcommandLabel = "COMMAND")
final class DataCommand implements Runnable {
  @Mixin private Common common;

  @Override
  public void run() {
    throw new UsageException("data needs a command: synthetic or check");
  }
}
