package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.model.PolicyDescription;
import dev.assay.model.PolicyFile;
import dev.assay.model.QueryNetwork;
import dev.assay.nn.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {
  @TempDir Path temp;

  private RunDirectory run(String name, ExperimentConfig config) throws IOException {
    return new Experiment(TinyWorld.in(temp.resolve("cache")), ProgressListener.SILENT)
        .start(config, temp.resolve(name), List.of());
  }

  private static List<String[]> rows(RunDirectory run) throws IOException {
    List<String[]> rows = new ArrayList<>();
    for (String line : Files.readAllLines(run.results())) {
      rows.add(line.split(",", -1));
    }
    return rows;
  }

  @Test
  void aRunSpendsItsBudgetAndLearns() throws IOException {
    ExperimentConfig config = TinyWorld.config();
    RunDirectory run = run("run", config);
    List<String[]> rows = rows(run);
    // Three strategies, two seeds: test after rounds 0..3, val after the last.
    assertEquals(1 + 3 * 2 * 5, rows.size());
    assertEquals("strategy", rows.get(0)[0]);
    assertEquals("iou_sky", rows.get(0)[9]);
    for (String strategy : config.strategies()) {
      for (long seed : config.seeds()) {
        Set<String> seen = new HashSet<>();
        int labelled = 0;
        for (int round = 0; round <= 3; round++) {
          Selection selection = Selection.read(run.round(strategy, seed, round).selection());
          for (Selection.Region region : selection.regions()) {
            assertTrue(seen.add(region.image() + "/" + region.region()));
            assertEquals(11, region.trueClassPixels().size());
          }
          labelled += selection.regions().size();
          Metrics metrics = Metrics.read(run.round(strategy, seed, round).metrics());
          assertEquals(labelled, metrics.labelledRegions());
          assertEquals(labelled / 160.0, metrics.labelledFraction());
        }
        assertEquals(22, labelled);
      }
    }
    double first = Double.parseDouble(rows.get(1)[7]);
    double last = Double.parseDouble(rows.get(4)[7]);
    assertTrue(last > first && last > 0.2, () -> "mIoU went from " + first + " to " + last);
    assertFalse(Files.exists(run.round("entropy", 1, 2).checkpoint()));
    assertTrue(Files.exists(run.round("entropy", 1, 3).checkpoint()));
    assertTrue(Files.exists(run.round("entropy", 1, 0).checkpoint()));
    assertTrue(Files.readString(run.run()).contains("\"finished\""));
  }

  @Test
  void theDescriptionCountsTheClassesOfThePool() throws IOException {
    RunDirectory run = run("run", TinyWorld.config("strategies=[random]", "seeds=[1]"));
    long[] expected = new long[11];
    try (DataSet data = TinyWorld.data(temp.resolve("cache"))) {
      for (int image = 0; image < 10; image++) {
        byte[] labels = new byte[TinyWorld.WIDTH * TinyWorld.HEIGHT];
        data.train().labels(image).getBytes(0, labels);
        for (byte label : labels) {
          if (label != -1) {
            expected[label]++;
          }
        }
      }
    }
    long[] found =
        RunFiles.JSON.convertValue(
            RunFiles.JSON.readTree(run.run().toFile()).path("pool_class_pixels"), long[].class);
    assertArrayEquals(expected, found);
  }

  @Test
  void strategiesOfASeedShareRoundZero() throws IOException {
    RunDirectory run = run("run", TinyWorld.config());
    List<String> zero =
        Files.readAllLines(run.results()).stream()
            .filter(line -> line.split(",", -1)[2].equals("0"))
            .toList();
    assertEquals(6, zero.size());
    assertEquals(tail(zero.get(0)), tail(zero.get(2)));
    assertEquals(tail(zero.get(1)), tail(zero.get(5)));
    assertNotEquals(tail(zero.get(0)), tail(zero.get(1)));
    // Another strategy beside it does not change what a strategy does.
    RunDirectory alone = run("alone", TinyWorld.config("strategies=[entropy]", "seeds=[2]"));
    assertEquals(
        Files.readString(run.round("entropy", 2, 3).selection()),
        Files.readString(alone.round("entropy", 2, 3).selection()));
  }

  private static String tail(String line) {
    return line.substring(line.indexOf(',') + 1);
  }

  /** Each round trains a policy on what is left, and picks what it selects most probably. */
  @Test
  void aPolicyLearnsFromThePoolOfEachRound() throws IOException {
    RunDirectory run =
        run(
            "run",
            TinyWorld.config("strategies=[cdal_rl]", "seeds=[1]", "protocol.budget_regions=13"));
    Selection selection = Selection.read(run.round("cdal_rl", 1, 1).selection());
    assertEquals(5, selection.regions().size());
    double before = 1;
    for (Selection.Region region : selection.regions()) {
      assertTrue(region.score() > 0 && region.score() <= before, "score " + region.score());
      before = region.score();
    }
  }

  @Test
  void poolsRestartAndEpochsRun() throws IOException {
    RunDirectory run =
        run(
            "run",
            TinyWorld.config(
                "protocol.selection=pools",
                "protocol.pool_size=4",
                "protocol.weights=restart",
                "protocol.steps_per_round=0",
                "protocol.epochs_per_round=2",
                "training.schedule=exponential",
                "strategies=[entropy, margin, least_confidence]",
                "seeds=[5]"));
    assertEquals(1 + 3 * 5, rows(run).size());
    // 18 regions after round 2, two epochs, batches of four.
    assertEquals(9, Metrics.read(run.round("margin", 5, 2).metrics()).steps());
  }

  @Test
  void supervisedTrainingEvaluatesAsItGoes() throws IOException {
    RunDirectory run =
        run(
            "run",
            TinyWorld.config(
                "protocol.kind=supervised",
                "protocol.supervised_steps=25",
                "protocol.evaluate_every=10",
                "evaluation.splits=[val]",
                "evaluation.final_splits=[test]",
                "seeds=[1]"));
    List<String[]> rows = rows(run);
    assertEquals(1 + 4, rows.size());
    assertEquals("supervised", rows.get(1)[0]);
    assertEquals("160", rows.get(1)[3]);
    assertEquals("test", rows.get(4)[6]);
    assertEquals(5, Metrics.read(run.round("supervised", 1, 3).metrics()).steps());
  }

  @Test
  void anExistingDirectoryIsNotOverwritten() throws IOException {
    Path directory = temp.resolve("run");
    run("run", TinyWorld.config("strategies=[random]", "seeds=[1]"));
    String before = Files.readString(directory.resolve("results.csv"));
    ExperimentException e =
        assertThrows(ExperimentException.class, () -> run("run", TinyWorld.config()));
    assertTrue(e.getMessage().contains("resume"), e.getMessage());
    assertEquals(before, Files.readString(directory.resolve("results.csv")));
  }

  @Test
  void aForeignDirectoryIsRefusedAndAFailedStartCanBeRepeated() throws IOException {
    Path foreign = Files.createDirectories(temp.resolve("foreign"));
    Files.writeString(foreign.resolve("thesis.tex"), "years of work");
    ExperimentConfig config = TinyWorld.config("strategies=[random]", "seeds=[1]");
    ExperimentException e = assertThrows(ExperimentException.class, () -> run("foreign", config));
    assertTrue(e.getMessage().contains("thesis.tex"), e.getMessage());
    assertThrows(
        ConfigException.class, () -> run("again", TinyWorld.config("protocol.budget_regions=161")));
    assertTrue(Files.exists(run("again", config).results()));
  }

  @Test
  void aBudgetBeyondTheDataIsRefused() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> run("run", TinyWorld.config("protocol.budget_regions=161")));
    assertTrue(e.getMessage().contains("160 regions of the 10 candidate images"), e.getMessage());
  }

  @Test
  void divergenceIsReportedAndTheRunCanBeLookedAt() {
    ExperimentException e =
        assertThrows(
            ExperimentException.class,
            () ->
                run(
                    "run",
                    TinyWorld.config(
                        "training.learning_rate=100", "seeds=[1]", "protocol.initial_steps=400")));
    assertTrue(e.getMessage().contains("learning_rate"), e.getMessage());
  }

  @Test
  void twoProcessesCannotShareADirectory() throws IOException {
    Path directory = temp.resolve("run");
    Files.createDirectories(directory);
    RunLock lock = RunLock.take(directory);
    ExperimentException e = assertThrows(ExperimentException.class, () -> RunLock.take(directory));
    assertTrue(e.getMessage().contains("another run"), e.getMessage());
    lock.close();
    RunLock.take(directory).close();
  }

  @Test
  void budgetsAreEvaluatedAfterATrainingOfTheirOwn() throws IOException {
    List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
    overrides.add("strategies=[random, entropy]");
    RunDirectory run =
        new Experiment(TinyWorld.in(temp.resolve("cache")), ProgressListener.SILENT)
            .start(
                TinyWorld.config(overrides.toArray(new String[0])), temp.resolve("r"), List.of());
    List<String> rows = Files.readAllLines(run.results());
    assertEquals(1 + 2 * 2 * 2, rows.size());
    assertTrue(rows.get(1).startsWith("random,1,2,8,"), rows.get(1));
    assertTrue(rows.get(2).startsWith("random,1,3,12,"), rows.get(2));
    assertTrue(Files.exists(run.round("random", 1, 0).root()));
    assertFalse(Files.exists(run.round("random", 2, 0).root()));
    for (String strategy : List.of("random", "entropy")) {
      for (int round = 1; round <= 3; round++) {
        Metrics metrics = Metrics.read(run.round(strategy, 2, round).metrics());
        FinalTraining.Outcome outcome = metrics.finalTraining();
        assertEquals(round == 1, outcome == null);
        if (outcome != null) {
          assertTrue(outcome.bestEpoch() <= outcome.epochs() && outcome.epochs() <= 4);
          assertTrue(outcome.epochs() == 4 || outcome.epochs() == outcome.bestEpoch() + 2);
        }
        // One pass over the four newest regions in batches of four.
        assertEquals(1, metrics.steps());
      }
    }
    // Candidates are D_V alone: 10 images less 2 + 3 + 1.
    assertEquals(
        4 * 16,
        RunFiles.JSON.readTree(Files.readString(run.run())).at("/candidates/regions").asInt());
  }

  @Test
  void aPolicyIsLearnedAndCompared() throws IOException {
    List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
    overrides.addAll(List.of("strategies=[random, bald, ralis]", "seeds=[1]"));
    RunDirectory run = learn("all", overrides);
    List<String> episodes = Files.readAllLines(run.root().resolve("policy/episodes.csv"));
    assertEquals(4, episodes.size());
    assertTrue(episodes.get(3).startsWith("3,3,"), episodes.get(3));
    assertFalse(Files.exists(run.root().resolve("policy/replay.bin")));
    Selection picks = Selection.read(run.round("ralis", 1, 2).selection());
    assertEquals(4, picks.regions().size());
    for (Selection.Region region : picks.regions()) {
      assertEquals(region.score(), region.parts().get("q"), 0);
      assertTrue(region.parts().get("pool_mean_q") <= region.score());
    }
    assertEquals(1 + 4 * 3, Files.readAllLines(run.round("ralis", 1, 2).scores()).size());

    // The file of a policy can be used instead of learning one, with the same picks.
    overrides.add("policy.file=" + run.root().resolve("policy/policy.safetensors"));
    RunDirectory other = learn("file", overrides);
    assertFalse(Files.exists(other.root().resolve("policy")));
    assertEquals(picks.regions(), Selection.read(other.round("ralis", 1, 2).selection()).regions());
  }

  @Test
  void policiesSeeLessInTheAblations() throws IOException {
    for (String features : List.of("1h", "3h")) {
      List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
      overrides.addAll(
          List.of(
              "strategies=[ralis]",
              "seeds=[1]",
              "policy.episodes=1",
              "policy.features=" + features,
              "policy.reward=weighted_iou"));
      RunDirectory run = learn(features, overrides);
      PolicyDescription policy =
          PolicyFile.describe(run.root().resolve("policy/policy.safetensors"));
      assertEquals(0, policy.config().similarities());
      assertEquals(12 + 64 * (features.equals("1h") ? 1 : 3), policy.config().features());
    }
  }

  /** What does not fit is said before anything is learnt. */
  @Test
  void aPolicyOfOtherDataNeedsAMapAndAStateSet() throws IOException {
    Path file = temp.resolve("foreign.safetensors");
    PolicyDescription foreign =
        PolicyDescription.ralis(40, ClassSet.CITYSCAPES.classNames(), Map.of());
    try (QueryNetwork network = new QueryNetwork(foreign.config(), Backends.cpu(), 1)) {
      PolicyFile.save(file, network, foreign);
    }
    List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
    overrides.addAll(List.of("strategies=[ralis]", "seeds=[1]", "policy.file=" + file));
    refused("the policy has no classes [pavement, tree, sign, pedestrian, bicyclist]", overrides);
    overrides.add(
        "policy.class_map={pavement: road, tree: vegetation, sign: traffic sign, pedestrian:"
            + " person, bicyclist: '-'}");
    refused("state set of 40 regions, found 32 in d_s; policy.resample_state=true", overrides);
    overrides.add("policy.resample_state=true");
    RunDirectory run = learn("foreign", overrides);
    assertEquals(4, Selection.read(run.round("ralis", 1, 3).selection()).regions().size());
    overrides.add("policy.class_map={pavement: pavement}");
    refused("class map: 'pavement' must be one of the policy's", overrides);
    overrides.add("policy.file=null");
    refused("expected policy.file=FILE with them", overrides);
  }

  private void refused(String part, List<String> overrides) {
    String message =
        assertThrows(ConfigException.class, () -> learn("refused", overrides)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void aPolicyWithoutAStateSetIsRefused() {
    ConfigException e =
        assertThrows(
            ConfigException.class, () -> run("none", TinyWorld.config("strategies=[ralis]")));
    assertTrue(e.getMessage().contains("data.state_images"), e.getMessage());
  }

  private RunDirectory learn(String name, List<String> overrides) throws IOException {
    return run(name, TinyWorld.config(overrides.toArray(new String[0])));
  }
}
