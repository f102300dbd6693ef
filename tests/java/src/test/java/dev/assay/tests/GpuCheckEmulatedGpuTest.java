package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.cli.Main;
import dev.assay.cli.bench.BenchCase;
import dev.assay.cli.bench.BenchTable;
import dev.assay.cli.gpu.CheckSize;
import dev.assay.cli.gpu.GpuCheck;
import dev.assay.cli.gpu.Part;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code assay gpu-check} as a user starts it, where there is a GPU, here an emulated one: every
 * part comes to its end on small inputs, PyTorch's with a python3 that prints what gpu_torch.py
 * prints; and the document says what the table says.
 */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class GpuCheckEmulatedGpuTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRAINING = "small FPN-ResNet-18 training 2x32x32 bf16";
  private static final List<String> TORCH =
      List.of(
          "pixel_signals 19x64x96 eager",
          TRAINING + " eager",
          TRAINING + " compiled",
          "small FPN-ResNet-18 inference 2x32x32 bf16 compiled");

  @TempDir static Path directory;
  private static JsonNode report;
  private static String table;

  @BeforeAll
  static void check() throws IOException, InterruptedException {
    Process process = start("whole").start();
    JsonNode printed = JSON.readTree(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), Files.readString(directory.resolve("err")));
    report = JSON.readTree(directory.resolve("whole/report.json").toFile());
    table = Files.readString(directory.resolve("whole/report.txt"));
    assertEquals(report.path("measurements"), printed.path("measurements"));
  }

  /** The command in a process of its own, because PATH is the process's. */
  private static ProcessBuilder start(String out, String... more) throws IOException {
    Path tools = Files.createDirectories(directory.resolve("tools"));
    Path python = tools.resolve("python3");
    List<String> lines = new ArrayList<>(List.of("#!/bin/sh", "echo a library says something"));
    for (int i = 0; i < TORCH.size(); i++) {
      lines.add(
          "echo '{\"name\": \""
              + TORCH.get(i)
              + "\", \"values\": {\"ms\": 2.0, \"images/s\": "
              + (1000 + i)
              + "}}'");
    }
    Files.write(python, lines);
    assertTrue(python.toFile().setExecutable(true));
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Dassay.root=" + System.getProperty("assay.root"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("gpu-check", "--small", "--json", "--out"));
    command.add(directory.resolve(out).toString());
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(directory.resolve("err").toFile());
    builder.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
    return builder;
  }

  private List<JsonNode> of(String list, String part) {
    List<JsonNode> found = new ArrayList<>();
    report.path(list).forEach(node -> found.add(node));
    found.removeIf(node -> !node.path("part").asText().equals(part));
    return found;
  }

  private void passed(String part, int atLeast) {
    long passed =
        of("checks", part).stream()
            .filter(check -> check.path("verdict").asText().equals("PASSED"))
            .count();
    assertTrue(passed >= atLeast, part + ": " + passed + "\n" + table);
  }

  private List<String> measured(String part) {
    return of("measurements", part).stream().map(row -> row.path("name").asText()).toList();
  }

  @Test
  void everyPartComesToItsEnd() {
    assertTrue(report.path("finished").asBoolean());
    assertEquals(0, report.path("failed").asInt(), table);
    assertEquals(0, report.path("skipped").asInt(), table);
    List<String> parts = report.path("parts").findValuesAsText("name");
    assertEquals(GpuCheck.parts(CheckSize.FULL).stream().map(Part::name).toList(), parts);
    report
        .path("parts")
        .forEach(part -> assertEquals("done", part.path("state").asText(), part.toString()));
    assertTrue(report.path("machine").path("cuda:0").asText().contains("emulated"), table);
    assertTrue(report.path("facts").size() > 0, table);
    for (JsonNode fact : report.path("facts")) {
      assertTrue(table.contains(fact.path("name").asText()), table);
      assertTrue(table.contains(fact.path("value").asText()), table);
    }
  }

  @Test
  void everyCheckIsMade() {
    passed("golden vectors", 20);
    assertEquals(BenchTable.small().size(), of("checks", "seeded arrays").size());
    passed("other kernels", 40);
    passed("layer parity", 75);
    passed("out of memory", 4);
    passed("lost device", 4);
  }

  /** fp32, TF32 and bf16; the largest difference stands beside its tolerance. */
  @Test
  void layersAreWithinTheirTolerances() {
    List<JsonNode> layers = of("measurements", "layer parity");
    assertEquals(layers.size(), of("checks", "layer parity").size());
    Set<String> ways = new HashSet<>();
    for (JsonNode layer : layers) {
      ways.add(layer.path("name").asText().split(":", -1)[0]);
      double tolerance = layer.path("values").path("tolerance").asDouble();
      assertTrue(tolerance > 0 && tolerance <= 0.125, layer.toString());
      assertTrue(layer.path("values").path("off by").asDouble() <= tolerance, layer.toString());
    }
    assertEquals(Set.of("fp32", "TF32", "bf16"), ways);
  }

  /** In every precision it is told which steps of a layer are one graph of cuDNN's. */
  @Test
  void fusedStepsAreTold() {
    Map<String, String> types = Map.of("fp32", "F32", "TF32", "F32", "bf16", "BF16");
    Map<String, String> told = new HashMap<>();
    for (JsonNode fact : of("facts", "layer parity")) {
      told.put(fact.path("name").asText(), fact.path("value").asText());
    }
    for (Map.Entry<String, String> way : types.entrySet()) {
      String name = way.getKey() + ": batch norm + sum + relu + mask " + way.getValue();
      assertTrue(told.get(name).startsWith("one graph in 1 of 1 shapes"), told.toString());
      assertTrue(table.contains(name), table);
    }
  }

  @Test
  void everythingIsMeasured() {
    List<String> kernels = new ArrayList<>(List.of("copy within device memory"));
    BenchTable.small().stream()
        .map((BenchCase c) -> c.kernel() + " " + c.shape())
        .forEach(kernels::add);
    assertEquals(kernels, measured("kernel speed"));
    assertEquals(7, measured("fused scorer").size(), table);
    assertEquals(10, measured("acquisition step").size(), table);
    assertEquals(4, measured("network speed").size(), table);
    assertEquals(5, measured("policy training").size(), table);
    assertEquals(TORCH, measured("PyTorch"));
    assertEquals(2, measured("beside PyTorch").size(), table);
  }

  @Test
  void sumsAreThoseOfTheirParts() {
    List<JsonNode> step = of("measurements", "acquisition step");
    double sum = 0;
    for (int i = 5; i < 7; i++) {
      sum += step.get(i).path("values").path("ms").asDouble();
    }
    assertTrue(step.get(7).path("name").asText().startsWith("Cityscapes"), table);
    assertEquals(sum, step.get(7).path("values").path("ms").asDouble(), 1e-9);
    List<JsonNode> policy = of("measurements", "policy training");
    double minutes = 0;
    for (int i = 0; i < 4; i++) {
      minutes += policy.get(i).path("values").path("minutes").asDouble();
    }
    assertEquals(minutes, policy.get(4).path("values").path("minutes").asDouble(), 1e-9);
  }

  @Test
  void everyGoalHasItsMeasurementBesideIt() {
    JsonNode goals = report.path("goals");
    assertEquals(6, goals.size());
    for (JsonNode goal : goals) {
      assertTrue(goal.path("measured").isNumber(), goal.toString());
      double measured = goal.path("measured").asDouble();
      String[] expected = goal.path("expected").asText().split(" ", -1);
      double limit = Double.parseDouble(expected[1]);
      boolean met = expected[0].equals("<") ? measured < limit : measured >= limit;
      assertEquals(met ? "met" : "missed", goal.path("verdict").asText(), goal.toString());
      assertTrue(table.contains(goal.path("name").asText()), table);
      assertTrue(table.contains(number(measured) + " " + goal.path("unit").asText()), table);
    }
    JsonNode training = of("measurements", "network speed").get(0);
    assertEquals(TRAINING, training.path("name").asText());
    double best = 1000 + TORCH.indexOf(TRAINING + " compiled");
    assertEquals(
        training.path("values").path("images/s").asDouble() / best,
        goals.get(3).path("measured").asDouble(),
        1e-9);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  @Test
  void theTableSaysWhatTheDocumentSays() {
    List<String> lines = table.lines().toList();
    for (JsonNode row : report.path("measurements")) {
      assertTrue(
          lines.stream()
              .anyMatch(
                  line -> {
                    boolean all = line.contains(row.path("name").asText());
                    for (JsonNode value : row.path("values")) {
                      all &= line.contains(number(value.asDouble()));
                    }
                    return all;
                  }),
          row + "\n" + table);
    }
  }

  /** Ended in the middle without warning: what was found until then can be read. */
  @Test
  void killedItLeavesWhatItFound() throws IOException, InterruptedException {
    Process process = start("killed", "--part", "seeded arrays,kernel speed").start();
    Path json = directory.resolve("killed/report.json");
    while (process.isAlive() && (!Files.exists(json) || passedIn(json) == 0)) {
      Thread.sleep(5);
    }
    List<ProcessHandle> parts = process.descendants().toList();
    process.destroyForcibly().waitFor();
    assertFalse(JSON.readTree(json.toFile()).path("finished").asBoolean());
    assertTrue(passedIn(json) > 0);
    assertTrue(Files.readString(directory.resolve("killed/report.txt")).startsWith("not finished"));
    assertFalse(parts.isEmpty());
    for (ProcessHandle part : parts) {
      part.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  private static int passedIn(Path json) throws IOException {
    return JSON.readTree(json.toFile()).path("passed").asInt();
  }
}
