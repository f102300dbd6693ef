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
  private final SessionFactory sessions;
  private final ProgressListener listener;

  Experiment(SessionFactory sessions, ProgressListener listener) {
    this.sessions = sessions;
    this.listener = listener;
  }

  /**
   * Runs {@code config} into the new or empty directory {@code runDirectory}.
   *
   * @return the directory, with results.csv in it
   * @throws ConfigException if the configuration does not fit the data
   * @throws ExperimentException if the directory is in use or not empty, cannot be written, or
   *     training diverges
   * @throws IOException if data cannot be read, naming the file
   */
  public static RunDirectory run(
      ExperimentConfig config, Path runDirectory, ProgressListener listener) throws IOException {
    return new Experiment(StandardSession::open, listener).start(config, runDirectory);
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
    return new Experiment(StandardSession::open, listener).resume(runDirectory, machineOverrides);
  }

  /**
   * What {@link #run} would do, from one measured training step and forward pass; writes nothing
   * but the data set's pack.
   */
  public static Plan plan(ExperimentConfig config, ProgressListener listener) throws IOException {
    try (Session session = StandardSession.open(config, listener)) {
      return Plan.measure(session);
    }
  }

  @SuppressWarnings("try") // the lock is only held
  RunDirectory start(ExperimentConfig config, Path runDirectory) throws IOException {
    RunDirectory run = new RunDirectory(runDirectory);
    run.create();
    try (RunLock lock = RunLock.take(run.root());
        Session session = sessions.open(config, listener)) {
      check(session);
      RunFiles.write(run.config(), ConfigFiles.toYaml(config));
      RunFiles.writeJson(run.environment(), Environment.describe(config));
      RunFiles.writeJson(run.run(), RunDescription.of(session, "running"));
      execute(run, session, "started");
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
        Session session = sessions.open(config, listener)) {
      check(session);
      requireSameData(run, before, session);
      RunFiles.writeJson(run.environment(), Environment.describe(config));
      execute(run, session, "resumed");
    }
    return run;
  }

  private void execute(RunDirectory run, Session session, String event) {
    try (EventLog events = new EventLog(run.events())) {
      events.add(event, "name", session.config().name());
      try {
        rounds(run, session, events);
        RunFiles.writeJson(run.run(), RunDescription.of(session, "finished"));
        events.add("finished");
      } catch (RuntimeException e) {
        try {
          events.add("failed", "message", String.valueOf(e.getMessage()));
          RunFiles.writeJson(run.run(), RunDescription.of(session, "failed"));
        } catch (ExperimentException unwritable) {
          e.addSuppressed(unwritable);
        }
        throw e;
      }
    }
  }

  /** Seed by seed, so that the first results compare all strategies. */
  private void rounds(RunDirectory run, Session session, EventLog events) {
    ExperimentConfig config = session.config();
    List<String> names = session.data().classes().classNames();
    for (long seed : config.seeds()) {
      for (String strategy : config.arms()) {
        try (Chain chain = new Chain(session, run, events, listener, strategy, seed)) {
          for (int round = 0; round <= config.protocol().rounds(); round++) {
            chain.advance(round);
            ResultsTable.write(run, config, names);
          }
        }
      }
    }
  }

  private static void check(Session session) {
    ProtocolConfig protocol = session.config().protocol();
    if (protocol.isActive() && protocol.budgetRegions() > session.candidateRegions()) {
      throw new ConfigException(
          "protocol.budget_regions="
              + protocol.budgetRegions()
              + " must be at most the "
              + session.candidateRegions()
              + " regions of the "
              + session.candidates().length
              + " candidate images");
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

  private static void requireSameData(RunDirectory run, JsonNode before, Session session) {
    String found = RunDescription.dataChecksum(session);
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
