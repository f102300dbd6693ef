package dev.assay.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What every command has: somewhere to speak, and options that {@link Main} obeys. */
abstract class BaseCommand implements Callable<Integer> {
  final Talk talk;

  @Option(names = "--quiet", description = "Say nothing on stderr but errors.")
  boolean quiet;

  @Option(names = "--verbose", description = "Add stack traces to errors.")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  BaseCommand(Talk talk) {
    this.talk = talk;
  }
}
