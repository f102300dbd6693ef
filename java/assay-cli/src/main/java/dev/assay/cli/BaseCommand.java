package dev.assay.cli;

import dev.assay.cli.doctor.Installation;
import dev.assay.device.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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

  @Spec private CommandSpec spec;

  BaseCommand(Talk talk) {
    this.talk = talk;
  }

  /** The words this command was started with, for whoever wants to start it again. */
  final List<String> words() {
    List<String> words = new ArrayList<>(List.of(Installation.launcher()));
    words.addAll(spec.root().commandLine().getParseResult().originalArgs());
    return words;
  }

  /** The back end of a {@code --backend} option. */
  static Backend backend(String name) {
    try {
      return Backend.parse(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--" + e.getMessage());
    }
  }
}
