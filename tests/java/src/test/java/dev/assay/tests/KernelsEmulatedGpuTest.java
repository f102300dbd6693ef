package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.cli.kernels.Kernels;
import dev.assay.format.NdArray;
import dev.assay.format.NpzWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code assay kernel} with {@code --backend cuda}: the file that {@code --backend cpu} writes. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class KernelsEmulatedGpuTest {
  private static final int C = 4;

  @TempDir Path directory;
  private final SplittableRandom random = new SplittableRandom(5);

  static List<String> kernels() {
    return List.copyOf(Kernels.names());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyKernelWritesTheSameBytes(String kernel) throws IOException {
    List<NdArray> arrays = arrays(kernel);
    Path in = directory.resolve("in.npz");
    NpzWriter.write(in, arrays);
    arrays.forEach(NdArray::close);
    byte[] cpu = run(kernel, in, "cpu");
    byte[] cuda = run(kernel, in, "cuda");
    assertTrue(cpu.length > 100, kernel);
    assertTrue(Arrays.equals(cpu, cuda), kernel + " differs");
  }

  private byte[] run(String kernel, Path in, String backend) throws IOException {
    Path out = directory.resolve(backend + ".npz");
    List<String> args = new ArrayList<>(List.of("kernel", kernel));
    args.addAll(List.of("--in", in.toString(), "--out", out.toString(), "--backend", backend));
    args.addAll(List.of("--device-memory", "64MiB", "--repeat", "2"));
    switch (kernel) {
      case "confusion" -> args.addAll(List.of("--set", "classes=" + C, "--set", "ignore=255"));
      case "k_center" -> args.addAll(List.of("--set", "budget=7"));
      case "bald" -> args.addAll(List.of("--set", "passes_per_call=2"));
      default -> {}
    }
    Golden.Call call = Golden.assay(args.toArray(String[]::new));
    assertEquals(0, call.exitCode(), call.err());
    assertTrue(call.out().contains(backend.equals("cpu") ? "on cpu" : "on cuda:0"), call.out());
    return Files.readAllBytes(out);
  }

  private List<NdArray> arrays(String kernel) {
    return switch (kernel) {
      case "pixel_signals", "context_mixture" -> List.of(floats("logits", 2, C, 17, 33));
      case "bald" -> List.of(floats("logits", 5, C, 9, 21));
      case "flip_consistency" ->
          List.of(floats("logits", C, 13, 35), floats("logits_flipped_pass", C, 13, 35));
      case "region_signals" ->
          List.of(
              floats("logits", C, 24, 40),
              NdArray.ints("region_xy", new int[] {0, 0, 24, 8, 11, 3}, 3, 2),
              NdArray.ints("region_wh", new int[] {16, 16}, 2));
      case "confusion" -> List.of(labels("truth"), labels("prediction"));
      case "kl_histogram" -> List.of(counts("candidates", 9), counts("references", 6));
      case "context_distance" ->
          List.of(
              floats("mixture_a", 5, C, C),
              present("present_a", 5),
              floats("mixture_b", 4, C, C),
              present("present_b", 4));
      case "k_center" ->
          List.of(floats("features", 30, 19), NdArray.ints("labelled", new int[] {3, 8, 3}, 3));
      default -> throw new IllegalArgumentException("kernel " + kernel + " needs arrays here");
    };
  }

  private NdArray floats(String name, long... shape) {
    int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextInt(1, 60) / 8f;
    }
    return NdArray.floats(name, values, shape);
  }

  private NdArray labels(String name) {
    byte[] values = new byte[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i % 50 == 7 && name.equals("truth") ? 255 : random.nextInt(C));
    }
    return NdArray.bytes(name, values, 20, 50);
  }

  private NdArray counts(String name, int rows) {
    int[] values = new int[rows * C];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % C == 0 ? 1 : random.nextInt(9);
    }
    return NdArray.ints(name, values, rows, C);
  }

  private NdArray present(String name, int images) {
    byte[] values = new byte[images * C];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) random.nextInt(2);
    }
    return NdArray.bytes(name, values, images, C);
  }

  /** The surefire configuration gives this machine two GPUs. */
  @Test
  void theDeviceIsChosen() throws IOException {
    Path in = directory.resolve("in.npz");
    List<NdArray> arrays = arrays("pixel_signals");
    NpzWriter.write(in, arrays);
    arrays.forEach(NdArray::close);
    Golden.Call second = pixelSignalsOn(in, "1");
    assertEquals(0, second.exitCode(), second.err());
    assertTrue(second.out().contains("on cuda:1"), second.out());
    Golden.Call third = pixelSignalsOn(in, "2");
    assertEquals(4, third.exitCode(), third.err());
    assertTrue(
        third.err().contains("cuda:2: found 2 devices, expected an ordinal in [0, 1]"),
        third.err());
  }

  private Golden.Call pixelSignalsOn(Path in, String device) throws IOException {
    String out = directory.resolve("out" + device + ".npz").toString();
    return Golden.assay(
        "kernel",
        "pixel_signals",
        "--in",
        in.toString(),
        "--out",
        out,
        "--backend",
        "cuda",
        "--repeat",
        "2",
        "--device",
        device);
  }

  @Test
  void memoryThatIsShortEndsTheCommandWithItsCode() throws IOException {
    Path in = directory.resolve("in.npz");
    List<NdArray> arrays = arrays("pixel_signals");
    NpzWriter.write(in, arrays);
    arrays.forEach(NdArray::close);
    Golden.Call call =
        Golden.assay(
            "kernel",
            "pixel_signals",
            "--in",
            in.toString(),
            "--out",
            directory.resolve("out.npz").toString(),
            "--backend",
            "cuda",
            "--device-memory",
            "1KiB");
    assertEquals(5, call.exitCode(), call.err());
    assertTrue(call.err().contains("cap 1024"), call.err());
  }
}
