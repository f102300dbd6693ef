package dev.assay.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs a whole experiment into a run directory, and continues one that was cut off, with the same
 * selections and numbers as if it had not been. Each call is confined to its thread; calls with
 * different directories are independent.
 */
public final class Experiment {
  private final WorkbenchFactory benches;
  private final ProgressListener listener;

  Experiment(WorkbenchFactory benches, ProgressListener listener) {
    this.benches = benches;
    this.listener = listener;
  }

  /**
   * Runs {@code config} into the new or empty directory {@code runDirectory}.
   *
   * @param command words of the command line, kept in env.json; empty if there is none
   * @return the directory, with results.csv in it
   * @throws ConfigException if the configuration does not fit the data
   * @throws ExperimentException if the directory is in use or not empty, cannot be written, or
   *     training diverges
   * @throws IOException if data cannot be read, naming the file
   */
  public static RunDirectory run(
      ExperimentConfig config, Path runDirectory, List<String> command, ProgressListener listener)
      throws IOException {
    return new Experiment(StandardWorkbench::open, listener).start(config, runDirectory, command);
  }

  /**
   * Continues the run in {@code runDirectory}; does nothing if it is finished.
   *
   * @param machineOverrides {@code machine.key=value}; other keys are refused, since a run is one
   *     experiment
   * @throws ExperimentException if there is no run, another process works on it, or its
   *     configuration or data were changed
   */
  public static RunDirectory resume(
      Path runDirectory, List<String> machineOverrides, ProgressListener listener)
      throws IOException {
    return new Experiment(StandardWorkbench::open, listener).resume(runDirectory, machineOverrides);
  }

  /**
   * What {@link #run} would do, counted, and what it would take, from one measured piece of each
   * kind of work; writes nothing but the data set's pack.
   *
   * @throws ConfigException if the configuration does not fit the data
   */
  public static Plan plan(ExperimentConfig config, ProgressListener listener) throws IOException {
    try (Workbench bench = StandardWorkbench.open(config, listener)) {
      check(bench);
      return Plan.measure(bench);
    }
  }

  @SuppressWarnings("try") // the lock is only held
  RunDirectory start(ExperimentConfig config, Path runDirectory, List<String> command)
      throws IOException {
    RunDirectory run = new RunDirectory(runDirectory);
    run.create();
    try (RunLock lock = RunLock.take(run.root());
        Workbench bench = benches.open(config, listener)) {
      check(bench);
      RunFiles.write(run.config(), ConfigFiles.toYaml(config));
      RunFiles.writeJson(run.environment(), Environment.describe(bench, command));
      RunFiles.writeJson(run.run(), RunDescription.of(bench, "running"));
      execute(run, bench, "started");
    }
    return run;
  }

  @SuppressWarnings("try") // the lock is only held
  RunDirectory resume(Path runDirectory, List<String> machineOverrides) throws IOException {
    RunDirectory run = new RunDirectory(runDirectory);
    if (!Files.exists(run.run())) {
      throw new ExperimentException(
          run.root()
              + ": "
              + (Files.exists(run.root()) ? "no run.json here" : "no such directory")
              + "; expected the directory of a run that was started");
    }
    for (String override : machineOverrides) {
      if (!override.startsWith("machine.")) {
        throw new ConfigException(
            "resume takes machine.* options only, found '"
                + override
                + "'; start another run to change the experiment");
      }
    }
    JsonNode before = RunFiles.JSON.readTree(Files.readString(run.run()));
    ExperimentConfig config =
        ConfigFiles.parse(
            Files.readString(run.config()), run.config().toString(), machineOverrides);
    requireSame(run, before, config);
    if (before.path("status").asText().equals("finished")) {
      return run;
    }
    try (RunLock lock = RunLock.take(run.root());
        Workbench bench = benches.open(config, listener)) {
      check(bench);
      requireSameData(run, before, bench);
      RunFiles.writeJson(run.environment(), Environment.describe(bench, Environment.command(run)));
      execute(run, bench, "resumed");
    }
    return run;
  }

  private void execute(RunDirectory run, Workbench bench, String event) {
    try (EventLog events = new EventLog(run.events())) {
      events.add(event, "name", bench.config().name());
      try {
        rounds(run, bench, events);
        RunFiles.writeJson(run.run(), RunDescription.of(bench, "finished"));
        events.add("finished");
      } catch (RuntimeException e) {
        try {
          events.add("failed", "message", String.valueOf(e.getMessage()));
          RunFiles.writeJson(run.run(), RunDescription.of(bench, "failed"));
        } catch (ExperimentException unwritable) {
          e.addSuppressed(unwritable);
        }
        throw e;
      }
    }
  }

  /** Seed by seed, so that the first results compare all strategies. */
  private void rounds(RunDirectory run, Workbench bench, EventLog events) {
    ExperimentConfig config = bench.config();
    List<String> names = bench.data().classes().classNames();
    if (config.needsPolicy() && config.policy().file() == null) {
      learnPolicy(run, bench, events);
    }
    for (long seed : config.seeds()) {
      for (String strategy : config.arms()) {
        try (Chain chain = chain(run, bench, events, strategy, seed)) {
          for (int round = 0; round <= config.protocol().rounds(); round++) {
            chain.advance(round);
            ResultsTable.write(run, config, names);
          }
        }
      }
    }
  }

  private Chain chain(
      RunDirectory run, Workbench bench, EventLog events, String strategy, long seed) {
    return new Chain(
        bench, run, events, listener, strategy, seed, chooser(run, bench, strategy, seed));
  }

  private static Chooser chooser(RunDirectory run, Workbench bench, String strategy, long seed) {
    if (!strategy.equals(ExperimentConfig.RALIS)) {
      return strategy.equals(Chain.SUPERVISED)
          ? new NoChoice()
          : new StrategyChooser(bench, strategy);
    }
    String file = bench.config().policy().file();
    return new PolicyChooser(
        bench, file == null ? PolicyDirectory.of(run).policy() : Path.of(file), seed);
  }

  /** Trains the policy from the first seed's initial weights, unless that was done. */
  private void learnPolicy(RunDirectory run, Workbench bench, EventLog events) {
    PolicyDirectory directory = PolicyDirectory.of(run);
    if (directory.isFinished()) {
      return;
    }
    long seed = bench.config().seeds().get(0);
    String any = bench.config().strategies().get(0);
    try (Chain initial = new Chain(bench, run, events, listener, any, seed, new NoChoice())) {
      initial.advance(0);
    }
    Path weights = run.round(any, seed, 0).checkpoint();
    new PolicyTraining(bench, directory, weights, events, listener).run();
  }

  private static void check(Workbench bench) {
    ProtocolConfig protocol = bench.config().protocol();
    if (protocol.isActive() && protocol.budgetRegions() > bench.candidateRegions()) {
      throw new ConfigException(
          "protocol.budget_regions="
              + protocol.budgetRegions()
              + " must be at most the "
              + bench.candidateRegions()
              + " regions of the "
              + bench.candidates().length
              + " candidate images");
    }
    if (bench.config().needsPolicy()) {
      PolicyModel.check(bench);
    }
  }

  private static void requireSame(RunDirectory run, JsonNode before, ExperimentConfig config) {
    ExperimentConfig original =
        ConfigFiles.parse(before.path("config").asText(), run.run() + " (config)", List.of());
    List<String> changes = ConfigFiles.differences(original, config);
    if (!changes.isEmpty()) {
      throw new ExperimentException(
          run.config()
              + " was changed after the run started: "
              + String.join("; ", changes)
              + "; put the old values back, or start another run (only machine.* may change)");
    }
  }

  private static void requireSameData(RunDirectory run, JsonNode before, Workbench bench) {
    String found = RunDescription.dataChecksum(bench);
    String expected = before.path("data_checksum").asText();
    if (!found.equals(expected)) {
      throw new ExperimentException(
          run.root()
              + ": the data set has checksum "
              + found
              + ", the run was started on "
              + expected
              + "; put the data back as they were");
    }
  }
}
