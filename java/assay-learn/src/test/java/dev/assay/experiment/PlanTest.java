package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTest {
  /** What makes any preset fit into the world of 48x32 images; its strategies stay. */
  private static final List<String> TINY =
      List.of(
          "pretraining.source=none",
          "data.split_file=null",
          "data.state_images=2",
          "data.training_images=3",
          "data.reward_images=1",
          "training.crop_width=24",
          "training.crop_height=24",
          "protocol.region_width=12",
          "protocol.region_height=8",
          "protocol.initial_regions=0",
          "protocol.regions_per_round=4",
          "protocol.budget_regions=8",
          "protocol.pool_size=3",
          "protocol.pool_sizes={random: 4}",
          "policy.budget_regions=8",
          "policy.regions_per_step=4",
          "policy.pool_size=3",
          "policy.class_map={}"); // it would need policy.file

  @TempDir Path temp;

  private Plan plan(ExperimentConfig config) throws IOException {
    try (Workbench bench = TinyWorld.open(config, temp.resolve("cache"))) {
      return Plan.measure(bench);
    }
  }

  private static Map<String, Plan.Phase> byName(Plan plan) {
    return plan.phases().stream().collect(Collectors.toMap(Plan.Phase::name, Function.identity()));
  }

  @ParameterizedTest
  @MethodSource("dev.assay.experiment.ConfigFiles#presets")
  void everyPresetCanBePlanned(String preset) throws IOException {
    List<String> overrides = new ArrayList<>(TINY);
    overrides.add("data.path=.");
    overrides.add("protocol.final_budgets=" + (trainsFinally(preset) ? "[4, 8]" : "[]"));
    ExperimentConfig config = ConfigFiles.load(preset, overrides);
    Plan plan = plan(config);
    assertTrue(plan.seconds() > 0 && plan.diskBytes() > 0 && plan.trainingSteps() > 0);
    assertEquals(config.needsPolicy(), plan.replayBytes() > 0);
    assertEquals(config.needsPolicy(), byName(plan).containsKey("policy training: query network"));
    assertEquals(trainsFinally(preset), byName(plan).containsKey("final trainings"));
  }

  private static boolean trainsFinally(String preset) throws IOException {
    List<String> paths = new ArrayList<>(List.of("data.path=.", "protocol.final_budgets=[]"));
    return ConfigFiles.load(preset, paths).protocol().finalEpochs() > 0;
  }

  static List<String> strategies() {
    return ExperimentConfig.strategyNames();
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void everyStrategyCanBePlanned(String strategy) throws IOException {
    boolean learnsFromAll = strategy.equals("cdal_rl");
    for (String selection : learnsFromAll ? List.of("top_k") : List.of("top_k", "pools")) {
      List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
      overrides.addAll(List.of("strategies=[" + strategy + "]", "protocol.selection=" + selection));
      Plan plan = plan(TinyWorld.config(overrides.toArray(new String[0])));
      assertEquals(
          !strategy.equals("random"), byName(plan).containsKey("choosing: " + strategy), selection);
    }
  }

  /** What is counted is what a run that never stops early does. */
  @Test
  void countsAreThoseOfARun() throws IOException {
    List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
    overrides.addAll(
        List.of(
            "strategies=[random, entropy, bald, ralis]",
            "protocol.final_patience=1000",
            "protocol.budget_regions=13",
            "protocol.final_budgets=[8, 13]",
            "policy.regions_per_step=6",
            "evaluation.splits=[val]",
            "evaluation.batch_size=1"));
    ExperimentConfig config = TinyWorld.config(overrides.toArray(new String[0]));
    CountingSegmenter counted = new CountingSegmenter(new LinearSegmenter(TinyWorld.CLASSES));
    Path cache = temp.resolve("cache");
    new Experiment((c, listener) -> TinyWorld.open(c, cache, counted), ProgressListener.SILENT)
        .start(config, temp.resolve("run"), List.of());
    Plan plan = plan(config);
    assertEquals(counted.trainingSteps, plan.trainingSteps());
    // Random pools touch more or fewer images than expected.
    assertEquals(counted.forwardPasses, plan.forwardImages(), 0.05 * counted.forwardPasses);
    assertEquals(
        counted.stochasticCalls,
        byName(plan).get("choosing: bald").forwardImages(),
        0.25 * counted.stochasticCalls);
    assertTrue(byName(plan).get("final trainings").atMost());
    assertFalse(byName(plan).get("training in the rounds").atMost());
  }

  @Test
  void theReplayIsAsLargeAsItsFile() throws IOException {
    List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
    overrides.addAll(List.of("strategies=[ralis]", "seeds=[1]"));
    ExperimentConfig config = TinyWorld.config(overrides.toArray(new String[0]));
    long[] largest = {0, 0};
    Path policy = temp.resolve("run").resolve("policy");
    new Experiment(
            TinyWorld.in(temp.resolve("cache")),
            (phase, done, total, message) -> {
              if (phase.equals("policy")) {
                largest[0] = Math.max(largest[0], policy.resolve("replay.bin").toFile().length());
                largest[1] =
                    Math.max(
                        largest[1], policy.resolve("learner_0001.safetensors").toFile().length());
              }
            })
        .start(config, temp.resolve("run"), List.of());
    assertTrue(largest[0] > 0 && largest[1] > 0);
    long planned = plan(config).replayBytes();
    assertEquals(largest[0] + 2 * largest[1], planned, 0.01 * planned);
    assertFalse(Files.exists(policy.resolve("replay.bin")));
  }
}
