package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigTest {
  private static String error(String yaml, String... overrides) {
    return assertThrows(
            ConfigException.class, () -> ConfigFiles.parse(yaml, "x.yaml", List.of(overrides)))
        .getMessage();
  }

  @ParameterizedTest
  @CsvSource({
    "training.learning_rat=1, training.learning_rate",
    "trainning.learning_rate=1, training",
    "learning_rate=1, policy.learning_rate' or 'training.learning_rate",
    "protocol.budget=3, protocol.budget_regions",
    "strategy=[random], strategies",
    "training.backbone=resnet18, model.backbone",
  })
  void unknownKeysNameTheNearest(String override, String nearest) {
    String message = error("", override);
    assertTrue(message.contains("unknown key"), message);
    assertTrue(message.contains("did you mean '" + nearest), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.batch_size=many|x.yaml: training.batch_size: \"many\" must be a whole number in [1, 4096]",
        "training.batch_size=0|x.yaml: training.batch_size: 0 must be a whole number in [1, 4096]",
        "training.batch_size=2.5|x.yaml: training.batch_size: 2.5 must be a whole number in [1, 4096]",
        "training.momentum=1|x.yaml: training.momentum: 1.0 must be a number in [0.0, 0.999999]",
        "training.flip=2|x.yaml: training.flip: 2 must be true or false",
        "seeds=[]|x.yaml: seeds: [] must be at least one seed",
        "seeds=[1, 1]|x.yaml: seeds: [1, 1] must be a list without repeats",
        "seeds=7|x.yaml: seeds: 7 must be a list such as [a, b]",
        "training=3|x.yaml: training: 3 must be a section with keys below it",
        "data.classes=12|x.yaml: data.classes: 12 must be 11 or 19",
        "name=a/b|x.yaml: name: a/b must be letters, digits, '.', '-' and '_' only",
      })
  void wrongValuesNameKeyValueAndExpectation(String override, String expected) {
    assertEquals(expected, error("", override));
  }

  @Test
  void unknownNamesOfferTheNearest() {
    String message = error("strategies: [entrpy]");
    assertTrue(message.contains("'entrpy' must be one of"), message);
    assertTrue(message.contains("did you mean 'entropy'"), message);
    assertTrue(error("model: {backbone: resnet51}").contains("resnet18, resnet34, resnet50"));
  }

  @Test
  void valuesThatContradictEachOtherAreRefused() {
    assertTrue(
        error("protocol: {budget_regions: 5}").contains("at least protocol.initial_regions=24"));
    assertTrue(error("", "training.scale_max=0.5").contains("at least scale_min=1.0"));
    assertTrue(error("", "protocol.steps_per_round=0").contains("epochs_per_round > 0"));
    assertTrue(error("data: {source: camvid}").contains("data.path=DIR"));
    assertTrue(
        error("strategies: [cdal_rl]", "protocol.selection=pools")
            .contains("protocol.selection: pools must be top_k with cdal_rl"));
  }

  @Test
  void textThatIsNoConfigurationIsRefused() {
    assertTrue(error("a: [1").contains("x.yaml: not valid YAML"));
    assertTrue(error("- 1").contains("must be keys and values"));
    assertTrue(error("", "novalue").contains("must be key=value"));
  }

  @Test
  void missingFilesNameThePresets() {
    String message =
        assertThrows(ConfigException.class, () -> ConfigFiles.load("camvit", List.of()))
            .getMessage();
    assertTrue(message.contains("did you mean 'camvid'"), message);
  }

  @Test
  void overridesWinInOrder() {
    ExperimentConfig config =
        ConfigFiles.parse(
            "training: {batch_size: 2}",
            "x",
            List.of("training.batch_size=3", "training.batch_size=5", "data.path=/a b"));
    assertEquals(5, config.training().batchSize());
    assertEquals("/a b", config.data().path());
  }

  @Test
  void theResolvedTextGivesTheSameConfigurationBack() {
    ExperimentConfig config = TinyWorld.config("seeds=[0, 9223372036854775807]");
    assertEquals(config, ConfigFiles.parse(ConfigFiles.toYaml(config), "resolved", List.of()));
  }

  static List<String> presets() {
    return ConfigFiles.presets();
  }

  @Test
  void everyPresetThatIsShippedIsKnown() throws Exception {
    Path folder = Path.of(ConfigFiles.class.getResource("presets/demo.yaml").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names =
          files
              .map(file -> file.getFileName().toString().replace(".yaml", ""))
              .collect(Collectors.toSet());
      assertEquals(names, Set.copyOf(ConfigFiles.presets()));
    }
  }

  @ParameterizedTest
  @MethodSource("presets")
  void presetsAreValid(String preset) throws IOException {
    ExperimentConfig config = ConfigFiles.load(preset, List.of("data.path=somewhere"));
    assertEquals(preset, config.name());
    assertEquals(config, ConfigFiles.parse(ConfigFiles.toYaml(config), "resolved", List.of()));
  }

  @Test
  void filesExtendFilesAndPresets(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("base.yaml"), "extends: demo\nprotocol: {pool_size: 7}\nseeds: [5, 6]\n");
    Path mine = folder.resolve("mine.yaml");
    Files.writeString(mine, "extends: base.yaml\nname: mine\nseeds: [9]\n");
    ExperimentConfig demo = ConfigFiles.load("demo", List.of());
    ExperimentConfig config =
        ConfigFiles.load(mine.toString(), List.of("protocol.budget_regions=99"));
    assertEquals("mine", config.name());
    assertEquals(List.of(9L), config.seeds());
    assertEquals(7, config.protocol().poolSize());
    assertEquals(99, config.protocol().budgetRegions());
    assertEquals(demo.protocol().regionWidth(), config.protocol().regionWidth());
    assertEquals(demo.strategies(), config.strategies());

    Files.writeString(folder.resolve("base.yaml"), "extends: mine.yaml\n");
    String message =
        assertThrows(ConfigException.class, () -> ConfigFiles.load(mine.toString(), List.of()))
            .getMessage();
    assertTrue(message.contains("extends itself"), message);
  }

  @Test
  void differencesLeaveMachineOptionsOut() {
    ExperimentConfig a = TinyWorld.config();
    assertEquals(List.of(), ConfigFiles.differences(a, TinyWorld.config("machine.threads=3")));
    assertEquals(
        List.of("training.batch_size: 4 -> 5"),
        ConfigFiles.differences(a, TinyWorld.config("training.batch_size=5")));
  }

  @Test
  void editDistanceIsLevenshteins() {
    assertEquals(3, Nearest.distance("kitten", "sitting"));
    assertEquals(4, Nearest.distance("", "four"));
    assertEquals(0, Nearest.distance("same", "same"));
  }

  @Test
  void roundsSpendTheBudgetExactly() {
    ProtocolConfig protocol = TinyWorld.config().protocol();
    assertEquals(3, protocol.rounds());
    assertEquals(List.of(5, 5, 4), List.of(1, 2, 3).stream().map(protocol::regionsIn).toList());
  }

  @Test
  void schedulesRunOverTheRoundOrTheRun() {
    Steps perRound = new Steps(TinyWorld.config(), 0);
    assertEquals(0, perRound.offset(2));
    assertEquals(0.5, perRound.schedule(2).at(0));
    Steps whole = new Steps(TinyWorld.config("training.schedule_span=run"), 0);
    assertEquals(11, whole.offset(2));
    assertEquals(0.5 * Math.pow(1 - 11 / 21.0, 0.9), whole.schedule(2).at(11), 1e-15);
  }

  /** D_T has 100 images of 24 regions and 150 of 128 (RALIS, section 4.1). */
  @ParameterizedTest
  @CsvSource({"camvid-ralis, 2400", "camvid-ralis-full, 2400", "cityscapes-ralis, 19200"})
  void publishedSplitsHoldAPolicysPools(String preset, int regions) throws IOException {
    PolicyConfig policy = ConfigFiles.load(preset, List.of("data.path=.")).policy();
    int last = policy.budgetRegions() - policy.regionsPerStep();
    assertTrue(last + policy.regionsPerStep() * policy.poolSize() <= regions);
  }
}
