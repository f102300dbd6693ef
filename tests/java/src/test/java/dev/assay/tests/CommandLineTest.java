package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.cli.kernels.Kernels;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.format.NpzWriter;
import dev.assay.score.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The command line as a contract: exit codes, streams, errors that name file, found and expected.
 */
class CommandLineTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private Path in;
  private Path out;

  @BeforeEach
  void input() throws IOException {
    in = directory.resolve("in.npz");
    out = directory.resolve("out.npz");
    try (NdArray logits = NdArray.floats("logits", new float[3 * 16 * 16], 3, 16, 16)) {
      NpzWriter.write(in, List.of(logits));
    }
  }

  private Golden.Call kernel(String name, String... more) {
    Stream<String> args = Stream.of("kernel", name, "--in", in.toString(), "--out", out.toString());
    return Golden.assay(Stream.concat(args, Arrays.stream(more)).toArray(String[]::new));
  }

  /** Fails with the code, one line on stderr with these parts, nothing on stdout, no file. */
  private void fails(int code, Golden.Call call, String... parts) throws IOException {
    assertEquals(code, call.exitCode(), call.err());
    assertEquals("", call.out());
    for (String part : parts) {
      assertTrue(call.err().contains(part), call.err());
    }
    assertFalse(call.err().contains("\tat "), call.err());
    assertFalse(Files.exists(out));
    try (Stream<Path> files = Files.list(directory)) {
      assertTrue(files.noneMatch(f -> f.toString().endsWith(".tmp")), "debris was left");
    }
  }

  @Test
  void aKernelWritesItsArraysAndTalksOnStderr() throws IOException {
    Golden.Call call = kernel("pixel_signals", "--backend", "cpu");
    assertEquals(0, call.exitCode(), call.err());
    assertEquals("", call.out());
    assertTrue(call.err().contains("entropy f4[16, 16]"), call.err());
    try (NpzReader npz = NpzReader.open(out);
        NdArray entropy = npz.read("entropy")) {
      assertEquals(List.of("entropy", "argmax", "max_probability", "margin"), npz.names());
      assertEquals(Math.log(3), entropy.getDouble(0), 1e-6);
    }
  }

  @Test
  void batchesKeepTheirFirstDimension() throws IOException {
    try (NdArray probabilities = NdArray.allocate("probabilities", ElementType.F2, 2, 3, 8, 9)) {
      NpzWriter.write(in, List.of(probabilities));
    }
    assertEquals(0, kernel("pixel_signals").exitCode());
    try (NpzReader npz = NpzReader.open(out);
        NdArray margin = npz.read("margin")) {
      assertEquals("f4[2, 8, 9]", margin.describe());
    }
  }

  @Test
  void jsonEndsStdoutWithOneLine() throws IOException {
    Golden.Call call = kernel("pixel_signals", "--backend", "cpu", "--repeat", "3", "--json");
    assertEquals(0, call.exitCode(), call.err());
    assertEquals(1, call.out().lines().count());
    JsonNode line = JSON.readTree(call.out());
    assertEquals("pixel_signals", line.path("kernel").asText());
    assertEquals("cpu", line.path("backend").asText());
    assertEquals(3 * 256 * 4 + 256 * 13, line.path("bytes").asLong());
    assertTrue(line.path("median_ms").asDouble() > 0);
    assertTrue(line.path("gb_per_s").asDouble() > 0);
  }

  @Test
  void quietSaysNothing() {
    Golden.Call call = kernel("pixel_signals", "--backend", "cpu", "--quiet");
    assertEquals(0, call.exitCode());
    assertEquals("", call.out() + call.err());
  }

  @Test
  void unknownNamesAreUsageErrors() throws IOException {
    fails(2, kernel("pixel_signal"), "pixel_signal", String.join(", ", Kernels.names()));
    fails(2, Golden.assay("kernle"), "kernle", "did you mean: kernel");
    fails(2, kernel("pixel_signals", "--repaet", "2"), "--repaet");
    fails(2, kernel("pixel_signals", "--backend", "gpu"), "backend=gpu", "auto, cpu or cuda");
    fails(2, kernel("pixel_signals", "--set", "classes=3"), "classes", "no settings");
    fails(2, kernel("pixel_signals", "--repeat", "0"), "--repeat 0", ">= 1");
    fails(2, Golden.assay("kernel", "pixel_signals"), "--in");
    assertEquals(2, Golden.assay().exitCode());
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(in);
    fails(3, kernel("pixel_signals"), in.toString(), "no such file");
  }

  @Test
  void aTruncatedFileIsNamed() throws IOException {
    byte[] bytes = Files.readAllBytes(in);
    Files.write(in, Arrays.copyOf(bytes, bytes.length / 2));
    fails(3, kernel("pixel_signals"), in.toString(), "no whole zip archive");
  }

  @Test
  void aMissingArrayIsNamed() throws IOException {
    try (NdArray other = NdArray.floats("scores", new float[] {1}, 1)) {
      NpzWriter.write(in, List.of(other));
    }
    fails(3, kernel("pixel_signals"), in.toString(), "[scores]", "logits");
  }

  @Test
  void wrongShapesAndTypesAreNamed() throws IOException {
    try (NdArray flat = NdArray.floats("logits", new float[12], 12)) {
      NpzWriter.write(in, List.of(flat));
    }
    fails(3, kernel("pixel_signals"), in + "[logits]", "f4[12]", "[C, H, W]");
    try (NdArray doubles = NdArray.doubles("logits", new double[12], 3, 2, 2)) {
      NpzWriter.write(in, List.of(doubles));
    }
    fails(3, kernel("pixel_signals"), in + "[logits]", "f8[3, 2, 2]", "f2 or f4");
    try (NdArray truth = NdArray.bytes("truth", new byte[6], 6);
        NdArray prediction = NdArray.bytes("prediction", new byte[6], 2, 3)) {
      NpzWriter.write(in, List.of(truth, prediction));
    }
    fails(3, kernel("confusion", "--set", "classes=2"), "u1[2, 3]", "u1[6]");
    fails(2, kernel("confusion"), "classes");
  }

  @Test
  void whatKCenterCannotPickIsNamed() throws IOException {
    try (NdArray features = NdArray.floats("features", new float[8], 4, 2);
        NdArray labelled = NdArray.ints("labelled", new int[] {1, 3}, 2)) {
      NpzWriter.write(in, List.of(features, labelled));
    }
    fails(2, kernel("k_center"), "budget");
    fails(
        2, kernel("k_center", "--set", "budget=1", "--set", "form=max"), "form=max", "sum or mean");
    fails(3, kernel("k_center", "--set", "budget=3"), "budget=3 must be in [0, 2]");
    try (NdArray features = NdArray.floats("features", new float[] {1, Float.NaN}, 2, 1);
        NdArray labelled = NdArray.ints("labelled", new int[] {0}, 1)) {
      NpzWriter.write(in, List.of(features, labelled));
    }
    fails(3, kernel("k_center", "--set", "budget=1"), "1 of 2 points hold NaN");
    try (NdArray mixture = NdArray.floats("mixture", new float[12], 2, 2, 3);
        NdArray present = NdArray.bytes("present", new byte[4], 2, 2);
        NdArray labelled = NdArray.ints("labelled", new int[] {0}, 1)) {
      NpzWriter.write(in, List.of(mixture, present, labelled));
    }
    fails(3, kernel("k_center", "--set", "budget=1"), "f4[2, 2, 3]", "[N, C, C]");
  }

  @Test
  void labelsOutOfRangeAreCounted() throws IOException {
    try (NdArray truth = NdArray.bytes("truth", new byte[] {0, 1, 7, 9}, 4);
        NdArray prediction = NdArray.bytes("prediction", new byte[4], 4)) {
      NpzWriter.write(in, List.of(truth, prediction));
    }
    fails(3, kernel("confusion", "--set", "classes=2"), in.toString(), "2 pixel(s)");
    assertEquals(3, kernel("confusion", "--set", "classes=2", "--set", "ignore=7").exitCode());
  }

  @Test
  void regionsOutsideTheImageAreNamed() throws IOException {
    try (NdArray logits = NdArray.floats("logits", new float[3 * 16 * 16], 3, 16, 16);
        NdArray xy = NdArray.ints("region_xy", new int[] {0, 0, 9, 0}, 2, 2);
        NdArray wh = NdArray.ints("region_wh", new int[] {8, 8}, 2);
        NdArray small = NdArray.ints("region_wh", new int[] {7, 8}, 2)) {
      NpzWriter.write(in, List.of(logits, xy, wh));
      fails(3, kernel("region_signals"), in.toString(), "9");
      NpzWriter.write(in, List.of(logits, xy, small));
      fails(3, kernel("region_signals"), in.toString(), "region_w=7 must be in [8, 16]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pixel_signals", "region_signals", "context_mixture"})
  void nanLogitsAreAnErrorWithTheirCount(String name) throws IOException {
    float[] values = new float[3 * 16 * 16];
    values[5] = Float.NaN;
    values[256 + 77] = Float.NaN;
    try (NdArray logits = NdArray.floats("logits", values, 3, 16, 16);
        NdArray xy = NdArray.ints("region_xy", new int[] {0, 0}, 1, 2);
        NdArray wh = NdArray.ints("region_wh", new int[] {16, 16}, 2)) {
      NpzWriter.write(in, List.of(logits, xy, wh));
    }
    fails(3, kernel(name), in.toString(), "2 pixel(s) with NaN");
  }

  @Test
  void cudaWithoutAGpuIsNoSuchDevice() throws IOException {
    String reason = Engine.whyNotCuda();
    if (reason != null) {
      fails(4, kernel("pixel_signals", "--backend", "cuda"), reason);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4", "x4GiB", "0", "-1", "4 G", "4XiB", "99999999TiB"})
  void deviceMemoryIsASize(String size) throws IOException {
    Golden.Call call = kernel("pixel_signals", "--backend", "cpu", "--device-memory", size);
    if (size.equals("4")) {
      assertEquals(0, call.exitCode(), call.err());
    } else {
      fails(2, call, "--device-memory", "expected a size");
    }
  }

  @Test
  void gpusAreNumberedFromZero() throws IOException {
    fails(
        2, kernel("pixel_signals", "--backend", "auto", "--device=-1"), "--device -1", "0 or more");
  }

  @Test
  void anUnwritableOutputLeavesNothing() throws IOException {
    Path nowhere = directory.resolve("nowhere").resolve("out.npz");
    fails(
        3,
        Golden.assay("kernel", "pixel_signals", "--in", in.toString(), "--out", nowhere.toString()),
        nowhere.toString());
    assertFalse(Files.exists(nowhere.getParent()));
  }

  @Test
  void doctorHasAWordOnEverything() throws IOException {
    Golden.Call call = Golden.assay("doctor", "--json");
    assertEquals(0, call.exitCode(), call.out() + call.err());
    JsonNode checks = JSON.readTree(call.out()).path("checks");
    assertTrue(checks.size() >= 9, call.out());
    for (JsonNode check : checks) {
      assertFalse(check.path("found").asText().isEmpty(), check.toString());
      assertEquals(
          check.path("status").asText().equals("OK"),
          check.path("fix").asText().isEmpty(),
          check.toString());
    }
  }

  @Test
  void gpuCheckSaysWhatItCouldNotTry() throws IOException {
    if (Engine.whyNotCuda() != null) {
      Path report = directory.resolve("report");
      Golden.Call call = Golden.assay("gpu-check", "--out", report.toString(), "--json");
      assertEquals(4, call.exitCode(), call.err());
      JsonNode line = JSON.readTree(call.out());
      assertEquals(Engine.whyNotCuda(), line.path("reason").asText());
      assertTrue(line.path("not_exercised").size() >= 6, call.out());
      assertEquals(line, JSON.readTree(report.resolve("report.json").toFile()));
      assertTrue(Files.readString(report.resolve("report.txt")).contains("lost device"));
    }
    Golden.Call wrong = Golden.assay("gpu-check", "--part", "lost devise");
    assertEquals(2, wrong.exitCode());
    assertTrue(wrong.err().contains("'lost devise'"), wrong.err());
    assertTrue(wrong.err().contains("lost device"), wrong.err());
  }

  @Test
  void everyCommandHasHelp() {
    for (String command :
        List.of(
            "demo", "run", "resume", "report", "score", "kernel", "data", "doctor", "gpu-check")) {
      Golden.Call call = Golden.assay(command, "--help");
      assertEquals(0, call.exitCode(), command);
      assertTrue(call.out().contains("Usage: assay " + command), call.out());
      assertEquals("", call.err());
    }
  }

  @Test
  void badExperimentsAreBadInput() throws IOException {
    fails(3, Golden.assay("run", "demoo", "--dry-run"), "demoo", "demo");
    fails(3, Golden.assay("run", "demo", "trainning.steps=1", "--dry-run"), "trainning");
    fails(3, Golden.assay("resume", directory.resolve("no").toString()), "no");
    fails(3, Golden.assay("report", directory.toString()), directory.toString());
  }

  @Test
  void aRunDescribesItselfForTheReport() throws IOException {
    Path run = directory.resolve("tiny run");
    String[] words = {
      "run",
      "demo",
      "strategies=[entropy]",
      "seeds=[1]",
      "data.width=64",
      "data.height=64",
      "data.train_images=2",
      "data.val_images=1",
      "data.test_images=1",
      "data.cache=" + directory.resolve("cache"),
      "model.width=0.125",
      "training.batch_size=2",
      "training.crop_width=32",
      "training.crop_height=32",
      "protocol.region_width=32",
      "protocol.region_height=32",
      "protocol.initial_regions=2",
      "protocol.initial_steps=1",
      "protocol.regions_per_round=2",
      "protocol.budget_regions=4",
      "protocol.steps_per_round=1",
      "--dir",
      run.toString()
    };
    Golden.Call call = Golden.assay(words);
    assertEquals(0, call.exitCode(), call.err());
    JsonNode command = JSON.readTree(run.resolve("env.json").toFile()).path("command");
    assertEquals(
        Stream.concat(Stream.of("java/assay"), Arrays.stream(words)).toList(),
        JSON.convertValue(command, List.class));
    long pixels = 0;
    for (JsonNode count :
        JSON.readTree(run.resolve("run.json").toFile()).path("pool_class_pixels")) {
      pixels += count.asLong();
    }
    assertTrue(pixels > 0 && pixels <= 2 * 64 * 64, "pixels of two images: " + pixels);
    String report = Files.readString(run.resolve("report.html"));
    assertTrue(report.contains("shares are of the pool’s labelled pixels"));
    assertTrue(report.contains("java/assay run demo &#39;strategies=[entropy]&#39;"));
  }

  @Test
  void syntheticDataIsWrittenInCamVidsLayoutAndChecksOut() throws IOException {
    Path data = directory.resolve("scenes");
    Golden.Call written =
        Golden.assay(
            "data",
            "synthetic",
            "--out",
            data.toString(),
            "--images",
            "2",
            "--val",
            "1",
            "--test",
            "1",
            "--width",
            "96",
            "--height",
            "64");
    assertEquals(0, written.exitCode(), written.err());
    Golden.Call checked = Golden.assay("data", "check", data.toString());
    assertEquals(0, checked.exitCode(), checked.err());
    assertTrue(checked.out().contains(" train             2 images"), checked.out());
    Path mask;
    try (Stream<Path> masks = Files.list(data.resolve("valannot"))) {
      mask = masks.findFirst().orElseThrow();
    }
    Files.write(mask, Arrays.copyOf(Files.readAllBytes(mask), 40));
    Golden.Call broken = Golden.assay("data", "check", data.toString());
    assertEquals(3, broken.exitCode());
    assertTrue(broken.out().contains("BAD " + mask), broken.out());
  }
}
