package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.nn.Gpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private ExperimentConfig config(String... overrides) throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(
        List.of(
            "strategies=[entropy]",
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
            "protocol.initial_regions=4",
            "protocol.initial_steps=3",
            "protocol.regions_per_round=2",
            "protocol.budget_regions=8",
            "protocol.steps_per_round=2",
            "evaluation.batch_size=2"));
    all.addAll(List.of(overrides));
    return ConfigFiles.load("demo", all);
  }

  private Path run(String name, String... overrides) throws IOException {
    return Experiment.run(
            config(overrides), folder.resolve(name), List.of(), ProgressListener.SILENT)
        .root();
  }

  @Test
  void gpuAndCpuLabelTheSameRegions() throws IOException {
    Path gpu = run("gpu", "machine.backend=cuda");
    Path cpu = run("cpu", "machine.backend=cpu");
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

  @Test
  void memoryCapIsKept() {
    OutOfDeviceMemoryException e =
        assertThrows(
            OutOfDeviceMemoryException.class,
            () -> run("small", "machine.backend=cuda", "machine.device_memory_gib=0.0005"));
    assertTrue(e.getMessage().contains("cap 536870"), e.getMessage());
  }
}
