package dev.assay.cli;

import dev.assay.experiment.ConfigFiles;
import dev.assay.experiment.Experiment;
import dev.assay.experiment.ExperimentConfig;
import dev.assay.experiment.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay run}: a whole experiment. */
@Command(name = "run", description = "Runs a whole experiment into runs/NAME.", sortOptions = false)
final class RunCommand extends BaseCommand {
  @Parameters(
      index = "0",
      paramLabel = "CONFIG",
      description = "A YAML file or a shipped preset, for example demo or camvid.")
  private String config;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "KEY=VALUE",
      description = "Overrides, for example data.path=/data/camvid.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--dir", description = "Run directory; default runs/NAME.")
  private Path directory;

  @Option(names = "--dry-run", description = "Check everything, estimate the cost, run nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Results as one line of JSON.")
  private boolean json;

  RunCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    ExperimentConfig resolved = ConfigFiles.load(config, overrides);
    if (dryRun) {
      show(resolved, Experiment.plan(resolved, talk::progress));
    } else {
      Path target = directory == null ? Path.of("runs", resolved.name()) : directory;
      new Runs(talk).start(resolved, target, words(), json);
    }
    return ExitCode.OK;
  }

  private void show(ExperimentConfig resolved, Plan plan) {
    if (json) {
      talk.data(Json.line(plan));
      return;
    }
    talk.data("name                " + resolved.name());
    talk.data("strategies          " + String.join(", ", resolved.arms()));
    talk.data("seeds               " + resolved.seeds());
    talk.data("rounds              " + plan.rounds());
    talk.data("labelled regions    " + plan.labelledRegions() + " of " + plan.candidateRegions());
    talk.data(disk("disk MB", plan.diskBytes()));
    if (plan.replayBytes() > 0) {
      talk.data(disk("while learning", plan.diskBytes() + plan.replayBytes()));
    }
    talk.data(disk("peak memory MB", plan.memoryBytes()));
    phases(plan);
  }

  private static String disk(String what, long bytes) {
    return String.format(Locale.ROOT, "%-18s  %.0f", what, bytes / 1e6);
  }

  /** A line for each phase, and their sum. */
  private void phases(Plan plan) {
    String line = "%-45s  %14s  %14s  %14s  %10s";
    talk.data(
        String.format(
            line, "phase", "training steps", "images forward", "query updates", "minutes"));
    boolean atMost = false;
    for (Plan.Phase phase : plan.phases()) {
      atMost |= phase.atMost();
      talk.data(row(line, phase));
    }
    long updates = plan.phases().stream().mapToLong(Plan.Phase::queryUpdates).sum();
    talk.data(
        row(
            line,
            new Plan.Phase(
                "sum",
                plan.trainingSteps(),
                plan.forwardImages(),
                updates,
                plan.seconds(),
                atMost)));
  }

  private static String row(String line, Plan.Phase phase) {
    return String.format(
        line,
        phase.name() + (phase.atMost() ? ", at most" : ""),
        phase.trainingSteps(),
        phase.forwardImages(),
        phase.queryUpdates(),
        String.format(Locale.ROOT, "%.1f", phase.seconds() / 60));
  }
}
