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
    talk.data("training steps      " + plan.trainingSteps());
    talk.data("images forward      " + plan.forwardImages());
    talk.data(String.format(Locale.ROOT, "estimated minutes   %.1f", plan.seconds() / 60));
    talk.data(String.format(Locale.ROOT, "estimated disk MB   %.0f", plan.diskBytes() / 1e6));
    talk.data(String.format(Locale.ROOT, "peak memory MB      %.0f", plan.memoryBytes() / 1e6));
  }
}
