package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.CudaDevice;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.format.NdArray;
import dev.assay.format.Npy;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.ScoreSource;
import dev.assay.score.ScoringPlan;
import dev.assay.score.Signal;
import dev.assay.score.StreamingScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code assay score} and the streaming scorer on a GPU: uploaded ahead, or read in place. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class StreamingEmulatedGpuTest {
  private static final int C = 3;

  @TempDir Path directory;

  private void write(Path folder, long seed) throws IOException {
    Files.createDirectories(folder);
    SplittableRandom random = new SplittableRandom(seed);
    // Sizes grow and shrink, so that buffers are replaced and used again.
    int[][] sizes = {{16, 24}, {33, 20}, {16, 16}, {24, 40}};
    for (int i = 0; i < sizes.length; i++) {
      float[] values = new float[2 * C * sizes[i][0] * sizes[i][1]];
      for (int k = 0; k < values.length; k++) {
        values[k] = random.nextInt(50) / 8f;
      }
      try (NdArray array = NdArray.floats("logits", values, 2, C, sizes[i][0], sizes[i][1])) {
        Npy.write(folder.resolve(i + ".npy"), array);
      }
    }
  }

  private Path score(String backend, List<String> more) {
    Path out = directory.resolve(backend);
    List<String> args = new ArrayList<>(List.of("score", directory.resolve("in").toString()));
    args.addAll(List.of("--region", "10x9", "--backend", backend, "--out", out.toString()));
    args.addAll(more);
    Golden.Call call = Golden.assay(args.toArray(String[]::new));
    assertEquals(0, call.exitCode(), call.err());
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--maps", "--mc 2", "--flipped FLIPPED"})
  void everyFileIsTheSame(String mode) throws IOException {
    write(directory.resolve("in"), 1);
    write(directory.resolve("flipped"), 2);
    List<String> more =
        List.of(mode.replace("FLIPPED", directory.resolve("flipped").toString()).split(" ", -1));
    Path cpu = score("cpu", more);
    Path cuda = score("cuda", more);
    List<Path> files;
    try (Stream<Path> all = Files.walk(cpu)) {
      files = all.filter(Files::isRegularFile).map(cpu::relativize).toList();
    }
    assertTrue(files.size() >= 5, files.toString());
    for (Path file : files) {
      assertArrayEquals(
          Files.readAllBytes(cpu.resolve(file)),
          Files.readAllBytes(cuda.resolve(file)),
          file.toString());
    }
  }

  /** Images of one size in one block of memory; counts how far it was read. */
  private static final class Memory implements ScoreSource {
    final TensorView all;
    final int bad;
    int next;

    Memory(TensorView all, int bad) {
      this.all = all;
      this.bad = bad;
    }

    @Override
    public long images() {
      return all.n();
    }

    @Override
    public int classes() {
      return (int) all.c();
    }

    @Override
    public TensorView next() throws IOException {
      if (next == bad) {
        throw new IOException("image " + next + " is damaged");
      }
      return next == all.n() ? null : all.images(next++, 1);
    }

    @Override
    public String name() {
      return "memory image " + (next - 1);
    }

    @Override
    public void close() {}
  }

  private static List<String> run(Engine engine, ScoreSource source) throws IOException {
    List<String> lines = new ArrayList<>();
    ScoringPlan plan = ScoringPlan.of(ScoreKind.LOGITS, Set.of(Signal.ENTROPY_MEAN), 8, 8);
    try (StreamingScorer scorer = new StreamingScorer(engine, plan)) {
      scorer.run(
          source,
          scored -> {
            for (int i = 0; i < scored.size(); i++) {
              lines.add(scored.name() + " " + i + " " + scored.value(Signal.ENTROPY_MEAN, i));
            }
          },
          (done, total) -> {});
    }
    return lines;
  }

  @Test
  void imagesKeepTheirNamesAndOrderWhileReadAhead() throws IOException {
    try (HostBuffer values = Scores.random(6, C, 16, 24);
        Engine cpu = Engine.cpu(1);
        Engine gpu = Engine.cuda(0, 1, 0)) {
      TensorView all = Scores.view(values, 6, C, 16, 24);
      List<String> expected = run(cpu, new Memory(all, -1));
      assertEquals(36, expected.size());
      assertEquals(expected, run(gpu, new Memory(all, -1)));
      CudaDevice device = gpu.cudaDevice();
      try (DeviceBuffer scores = device.allocate("network output", values.bytes())) {
        gpu.exec().stream().workspace().upload(values.address(), scores.address(), values.bytes());
        gpu.exec().stream().synchronize();
        TensorView there = all.on(scores.device(), scores.address());
        assertEquals(expected, run(gpu, new Memory(there, -1)));
      }
    }
  }

  @Test
  void aDamagedImageEndsTheRunWhenItIsReached() throws IOException {
    try (HostBuffer values = Scores.random(6, C, 16, 24);
        Engine gpu = Engine.cuda(0, 1, 0)) {
      TensorView all = Scores.view(values, 6, C, 16, 24);
      IOException e = assertThrows(IOException.class, () -> run(gpu, new Memory(all, 3)));
      assertEquals("image 3 is damaged", e.getMessage());
      assertEquals(36, run(gpu, new Memory(all, -1)).size());
    }
  }

  @Test
  void aCapTooSmallForTwoImagesSaysSo() throws IOException {
    try (HostBuffer values = Scores.random(3, C, 16, 24);
        Engine gpu = Engine.cuda(0, 1, 6000)) {
      TensorView all = Scores.view(values, 3, C, 16, 24);
      OutOfDeviceMemoryException e =
          assertThrows(OutOfDeviceMemoryException.class, () -> run(gpu, new Memory(all, -1)));
      assertTrue(e.getMessage().contains("scores of an image 4608"), e.getMessage());
      assertEquals(0, gpu.cudaDevice().allocatedBytes());
    }
  }
}
