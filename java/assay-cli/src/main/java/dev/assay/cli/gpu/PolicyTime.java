package dev.assay.cli.gpu;

import dev.assay.experiment.ConfigFiles;
import dev.assay.experiment.Experiment;
import dev.assay.experiment.ExperimentConfig;
import dev.assay.experiment.Plan;
import dev.assay.experiment.ProgressListener;
import dev.assay.nn.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long RALIS would learn its policy on CamVid at the paper's sizes: the counts of the preset
 * camvid-ralis-full (100 episodes; steps of 32 crops of 224x224, looks at D_S and the candidates,
 * rewards on D_R, updates of the query network) times measured pieces of each kind of work, as
 * {@code assay run --dry-run} does it. Images are generated: theirs is the number and size of
 * CamVid's.
 */
final class PolicyTime {
  static final String NAME = "policy training";
  static final String SUM = "100 episodes, estimated";
  static final String MINUTES = "minutes";

  private static final String PHASES = "policy training: ";

  /** D_S, D_T and D_R as they are; of D_V, which a policy does not learn from, four images. */
  private static final List<String> PAPER =
      List.of(
          "data.width=480",
          "data.height=360",
          "data.train_images=114",
          "data.val_images=101",
          "protocol.budget_regions=24",
          "protocol.final_budgets=[24]");

  /** Fewer and smaller; still every kind of work. */
  private static final List<String> SMALL =
      List.of(
          "data.width=32",
          "data.height=32",
          "data.train_images=8",
          "data.val_images=2",
          "data.state_images=1",
          "data.training_images=3",
          "model.backbone=resnet18",
          "model.width=0.125",
          "model.pyramid_channels=8",
          "model.head_channels=8",
          "training.batch_size=2",
          "training.crop_width=32",
          "training.crop_height=32",
          "protocol.region_width=16",
          "protocol.region_height=16",
          "protocol.regions_per_round=2",
          "protocol.budget_regions=4",
          "protocol.final_budgets=[4]",
          "protocol.pool_size=2",
          "policy.budget_regions=4",
          "policy.regions_per_step=2",
          "policy.pool_size=2",
          "policy.batch_size=2",
          "evaluation.batch_size=1");

  private final CheckSize size;

  PolicyTime(CheckSize size) {
    this.size = size;
  }

  void run(PartLog log) throws IOException {
    String reason = Backends.whyNoCuda();
    if (reason != null) {
      log.skipped("all", reason);
      return;
    }
    Path cache = Files.createTempDirectory("assay-policy-time");
    try {
      report(log, Experiment.plan(config(cache), ProgressListener.SILENT));
    } finally {
      delete(cache);
    }
  }

  ExperimentConfig config(Path cache) throws IOException {
    List<String> overrides = new ArrayList<>();
    overrides.addAll(
        List.of(
            "machine.backend=cuda",
            "model.precision=bf16",
            "strategies=[ralis]",
            "seeds=[1]",
            "data.source=synthetic",
            "data.cache=" + cache,
            "data.test_images=1",
            "pretraining.source=none",
            "protocol.pool_sizes={}"));
    overrides.addAll(size.pick(PAPER, SMALL));
    return ConfigFiles.load("camvid-ralis-full", overrides);
  }

  private static void report(PartLog log, Plan plan) {
    double minutes = 0;
    for (Plan.Phase phase : plan.phases()) {
      if (phase.name().startsWith(PHASES)) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("steps", (double) phase.trainingSteps());
        values.put("images", (double) phase.forwardImages());
        values.put("updates", (double) phase.queryUpdates());
        values.put(MINUTES, phase.seconds() / 60);
        log.measured(phase.name().substring(PHASES.length()), values);
        minutes += phase.seconds() / 60;
      }
    }
    log.measured(SUM, Map.of(MINUTES, minutes));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
