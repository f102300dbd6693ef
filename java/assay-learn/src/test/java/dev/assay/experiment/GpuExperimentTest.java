package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.memory.Device;
import dev.assay.nn.Gpu;
import dev.assay.nn.backend.Backend;
import dev.assay.select.Candidates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole experiments with networks and scorer on one GPU. */
@Tag("emulated-gpu")
class GpuExperimentTest {
  @TempDir Path folder;

  @BeforeEach
  void requireGpu() {
    Gpu.openOrSkip(0).close();
  }

  private ExperimentConfig config(String preset, String... overrides) throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(
        List.of(
            "seeds=[1]",
            "data.width=32",
            "data.height=32",
            "data.train_images=6",
            "data.val_images=1",
            "data.test_images=2",
            "data.cache=" + folder.resolve("cache"),
            "model.width=0.125",
            "model.pyramid_channels=8",
            "model.head_channels=8",
            // Small steps: the two sums of fp32 must not part ways before regions are compared.
            "training.learning_rate=1e-4",
            "training.batch_size=2",
            "training.crop_width=32",
            "training.crop_height=32",
            "protocol.region_width=16",
            "protocol.region_height=16",
            "protocol.initial_steps=3",
            "protocol.regions_per_round=2",
            "protocol.budget_regions=8",
            "evaluation.batch_size=2"));
    all.addAll(List.of(overrides));
    return ConfigFiles.load(preset, all);
  }

  private Path run(String name, String preset, String... overrides) throws IOException {
    return Experiment.run(
            config(preset, overrides), folder.resolve(name), List.of(), ProgressListener.SILENT)
        .root();
  }

  private Path runEntropy(String name, String... overrides) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "strategies=[entropy]",
                "protocol.initial_regions=4",
                "protocol.steps_per_round=2"));
    all.addAll(List.of(overrides));
    return run(name, "demo", all.toArray(new String[0]));
  }

  @Test
  void gpuAndCpuLabelTheSameRegions() throws IOException {
    Path gpu = runEntropy("gpu", "machine.backend=cuda");
    Path cpu = runEntropy("cpu", "machine.backend=cpu");
    JsonNode environment = RunFiles.JSON.readTree(gpu.resolve("env.json").toFile());
    assertEquals("cuda", environment.path("backend").asText());
    assertEquals(0, environment.path("not_exercised").size());
    List<Path> selections;
    try (var files = Files.walk(cpu)) {
      selections =
          files.filter(f -> f.getFileName().toString().startsWith("selection")).sorted().toList();
    }
    assertTrue(selections.size() >= 2, "selections " + selections);
    for (Path file : selections) {
      JsonNode expected = RunFiles.JSON.readTree(file.toFile());
      JsonNode found = RunFiles.JSON.readTree(gpu.resolve(cpu.relativize(file)).toFile());
      assertEquals(regions(expected), regions(found), file.toString());
    }
  }

  private static List<String> regions(JsonNode selection) {
    List<String> regions = new ArrayList<>();
    selection.findValues("x").forEach(x -> regions.add(x.asText()));
    selection.findValues("y").forEach(y -> regions.add(y.asText()));
    selection.findValues("image").forEach(image -> regions.add(image.asText()));
    return regions;
  }

  /**
   * Sums of stochastic passes stay on the device: more passes bring nothing more to it, and one
   * count each from it.
   */
  @Test
  void stochasticPassesAddUpOnTheDevice() throws IOException {
    Gpu.emulatorOrSkip();
    Passes three = passes("machine.backend=cuda", 3);
    Passes seven = passes("machine.backend=cuda", 7);
    assertEquals(three.uploads(), seven.uploads());
    assertEquals(4L * 2, seven.downloads() - three.downloads());
    assertArrayEquals(passes("machine.backend=cpu", 7).information(), seven.information(), 1e-5f);
  }

  private record Passes(float[] information, long uploads, long downloads) {}

  /** The passes of the first regions of two images, and the copies that they took. */
  private Passes passes(String backend, int count) throws IOException {
    ExperimentConfig config =
        config("demo", backend, "model.mc_passes=" + count, "protocol.initial_regions=4");
    try (Workbench bench = StandardWorkbench.open(config, ProgressListener.SILENT);
        LabelledSet none = new LabelledSet(bench.data().train(), bench.grid())) {
      bench.segmenter().initialise(1);
      Candidates all = AcquisitionPass.unscored(bench, new int[] {0, 1}, none);
      int[] images = IntStream.range(0, all.size()).map(all::image).toArray();
      int[] regions = IntStream.range(0, all.size()).map(all::region).toArray();
      long uploads = Gpu.control("calls cuMemcpyHtoDAsync_v2");
      long downloads = Gpu.control("calls cuMemcpyDtoHAsync_v2");
      new StochasticPasses(bench, images, regions).addTo(all, ProgressListener.SILENT, "");
      float[] information = new float[all.size()];
      for (int i = 0; i < information.length; i++) {
        information[i] = all.column("mutual_information_mean").getFloat(i, 0);
      }
      return new Passes(
          information,
          Gpu.control("calls cuMemcpyHtoDAsync_v2") - uploads,
          Gpu.control("calls cuMemcpyDtoHAsync_v2") - downloads);
    }
  }

  /** Segmenter, both query networks and the scorer share the device. */
  @Test
  void aPolicyLearns() throws IOException {
    Path run =
        run(
            "policy",
            "ralis-demo",
            "machine.backend=cuda",
            "strategies=[ralis]",
            "protocol.final_epochs=1",
            "protocol.final_budgets=[8]",
            "protocol.pool_size=2",
            "protocol.pool_sizes={}",
            "data.train_images=8",
            "data.state_images=1",
            "data.training_images=3",
            "policy.episodes=2",
            "policy.budget_regions=4",
            "policy.regions_per_step=2",
            "policy.pool_size=2",
            "policy.batch_size=2");
    try (var files = Files.walk(run)) {
      assertTrue(files.anyMatch(f -> f.getFileName().toString().equals("policy.safetensors")));
    }
  }

  /** Segmenter, agent's networks and scorer follow the configured number; it must exist. */
  @Test
  void theDeviceIsChosen() throws IOException {
    Gpu.emulatorOrSkip();
    ExperimentConfig second = deviceConfig(1);
    try (Workbench bench = StandardWorkbench.open(second, ProgressListener.SILENT);
        Backend beside = bench.newBackend()) {
      assertEquals(Device.cuda(1), bench.device());
      assertEquals(Device.cuda(1), bench.exec().stream().device().device());
      assertEquals(Device.cuda(1), beside.memory().device());
    }
    ExperimentConfig third = deviceConfig(2);
    NoSuchDeviceException e =
        assertThrows(
            NoSuchDeviceException.class,
            () -> StandardWorkbench.open(third, ProgressListener.SILENT));
    assertEquals(
        "machine.backend=cuda: cuda:2: found 2 devices, expected an ordinal in [0, 1]",
        e.getMessage());
  }

  private ExperimentConfig deviceConfig(int device) throws IOException {
    return config(
        "demo", "machine.backend=cuda", "machine.device=" + device, "protocol.initial_regions=4");
  }

  @Test
  void memoryCapIsKept() {
    OutOfDeviceMemoryException e =
        assertThrows(
            OutOfDeviceMemoryException.class,
            () -> runEntropy("small", "machine.backend=cuda", "machine.device_memory_gib=0.0005"));
    assertTrue(e.getMessage().contains("cap 536870"), e.getMessage());
  }
}
