package dev.assay.cli;

import picocli.CommandLine.Option;

/** Options that every command has; {@link Main} reads them before the command runs. */
final class Common {
  @Option(names = "--quiet", description = "Say nothing on stderr but errors.")
  boolean quiet;

  @Option(names = "--verbose", description = "Add stack traces to errors.")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;
}
