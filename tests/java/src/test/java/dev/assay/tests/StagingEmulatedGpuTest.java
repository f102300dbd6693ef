package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.Exec;
import dev.assay.device.PinnedBuffer;
import dev.assay.kernel.Bald;
import dev.assay.kernel.BaldOutputs;
import dev.assay.kernel.ClassDistributions;
import dev.assay.kernel.Confusion;
import dev.assay.kernel.FlipConsistency;
import dev.assay.kernel.FlipOutputs;
import dev.assay.kernel.KCenter;
import dev.assay.kernel.KlHistogram;
import dev.assay.kernel.KlOutputs;
import dev.assay.kernel.PassSums;
import dev.assay.kernel.ScoreKind;
import dev.assay.kernel.SquaredDistances;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.RegionList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Kernels on a GPU with every argument in host memory: each is staged there and back. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class StagingEmulatedGpuTest {
  private static final int C = 4;

  private final CudaDevice device = CudaDevice.open(0, 0);
  private final CudaStream stream = device.newStream();

  @AfterEach
  void close() {
    device.close();
  }

  /** Runs on both and compares what was written, byte by byte. */
  private void same(long bytes, BiConsumer<Exec, Span> call) {
    try (HostBuffer expected = HostBuffer.allocate("expected", bytes);
        HostBuffer found = HostBuffer.allocate("found", bytes)) {
      call.accept(Exec.cpu(1), Span.of(expected));
      call.accept(Exec.cuda(stream), Span.of(found));
      assertTrue(anyWritten(expected), "nothing was written");
      assertEquals(-1, Bytes.mismatch(Span.of(expected), Span.of(found)));
    }
  }

  private static boolean anyWritten(HostBuffer buffer) {
    for (long i = 0; i < buffer.bytes(); i++) {
      if (buffer.getByte(i) != 0) {
        return true;
      }
    }
    return false;
  }

  private static Span part(Span whole, long offset, long bytes) {
    return new Span(whole.address() + offset, bytes, whole.owner());
  }

  @Test
  void sumsOfPassesGoThereAndBack() {
    int pixels = 9 * 13;
    try (HostBuffer values = Scores.random(3, C, 9, 13);
        RegionList regions = RegionList.of(8, 8, new int[] {0, 0, 0, 0, 5, 1});
        Bald kernel = new Bald()) {
      TensorView passes = Scores.view(values, 3, C, 9, 13);
      same(
          4L * pixels * (C + 2) + 8,
          (exec, out) -> {
            PassSums sums =
                new PassSums(
                    part(out, 0, 4L * pixels * C), part(out, 4L * pixels * C, 4L * pixels));
            BaldOutputs outputs =
                new BaldOutputs()
                    .mutualInformation(part(out, 4L * pixels * (C + 1), 4L * pixels))
                    .mutualInformationMean(part(out, 4L * pixels * (C + 2), 8));
            for (int t = 0; t < 3; t++) {
              boolean last = t == 2;
              kernel.run(
                  exec,
                  passes.images(t, 1),
                  ScoreKind.LOGITS,
                  sums,
                  t,
                  last ? regions.span() : null,
                  last ? 2 : 0,
                  8,
                  8,
                  last ? outputs : new BaldOutputs());
            }
          });
    }
  }

  @Test
  void mirroredPairs() {
    try (HostBuffer one = Scores.random(2, C, 8, 11, 1);
        HostBuffer two = Scores.random(2, C, 8, 11, 2);
        FlipConsistency kernel = new FlipConsistency()) {
      same(
          4L * 2 * 8 * 11 + 16,
          (exec, out) ->
              kernel.run(
                  exec,
                  Scores.view(one, 2, C, 8, 11),
                  Scores.view(two, 2, C, 8, 11),
                  ScoreKind.LOGITS,
                  null,
                  0,
                  0,
                  0,
                  new FlipOutputs()
                      .symmetricKl(part(out, 16, 4L * 2 * 8 * 11))
                      .imageEntropySum(part(out, 0, 16))));
    }
  }

  @Test
  void confusionAndItsBadLabels() {
    try (HostBuffer labels = HostBuffer.allocate("labels", 1000);
        Confusion kernel = new Confusion(C)) {
      for (int i = 0; i < 1000; i++) {
        labels.putByte(i, (byte) (i * 7 % C));
      }
      Span truth = Span.of(labels, 0, 500);
      Span prediction = Span.of(labels, 500, 500);
      same(8L * C * C, (exec, out) -> kernel.run(exec, truth, prediction, 500, -1, out));
      labels.putByte(3, (byte) 9);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> kernel.run(Exec.cuda(stream), truth, prediction, 500, -1));
      assertTrue(e.getMessage().startsWith("1 pixel(s)"), e.getMessage());
    }
  }

  @Test
  void distancesOfRowsWithGaps() {
    try (HostBuffer values = Scores.random(1, 1, 10, 12);
        SquaredDistances kernel = new SquaredDistances()) {
      MatrixView rows = new MatrixView(Span.of(values), 10, 9, 12);
      same(4L * 7 * 3, (exec, out) -> kernel.run(exec, rows.rows(3, 7), rows.rows(0, 3), out));
    }
  }

  /** What the library finds by looking at host memory is found for a GPU too, and says as much. */
  @Test
  void badValuesAreFoundBeforeTheyAreStaged() {
    try (HostBuffer counts = HostBuffer.allocate("counts", 4L * 3 * C);
        HostBuffer out = HostBuffer.allocate("out", 4096);
        HostBuffer features = Scores.random(1, 1, 6, 5);
        KlHistogram histogram = new KlHistogram();
        KCenter centers = new KCenter()) {
      counts.view().putInt(0, 1);
      counts.view().putInt(4 * C, 1);
      ClassDistributions rows =
          new ClassDistributions(Span.of(counts), ClassDistributions.Type.I32, 3, C, 0);
      KlOutputs outputs = KlOutputs.histogram(Span.of(out));
      MatrixView points = MatrixView.dense(Span.of(features), 6, 5);
      Span labelled = Span.of(counts, 0, 8);
      counts.view().putInt(8, 6);
      for (Exec exec : List.of(Exec.cpu(1), Exec.cuda(stream))) {
        fails("candidates[2]: the sum 0", () -> histogram.run(exec, rows, null, outputs));
        fails(
            "labelled[0]=6 must be in [0, points=6)",
            () ->
                centers.euclidean(
                    exec,
                    points,
                    KCenter.Start.from(part(Span.of(counts), 8, 4), 1),
                    new KCenter.Picks(2, Span.of(out), null)));
        fails(
            "budget=5 must be in [0, 4]",
            () ->
                centers.euclidean(
                    exec,
                    points,
                    KCenter.Start.from(labelled, 2),
                    new KCenter.Picks(5, Span.of(out), null)));
      }
    }
  }

  private static void fails(String text, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }

  @Test
  void picksAreTheSame() {
    try (HostBuffer features = Scores.random(1, 1, 40, 5);
        HostBuffer labelled = HostBuffer.allocate("labelled", 8);
        KCenter kernel = new KCenter()) {
      labelled.view().putInt(4, 7);
      MatrixView points = MatrixView.dense(Span.of(features), 40, 5);
      KCenter.Start start = KCenter.Start.from(Span.of(labelled), 2);
      same(
          72,
          (exec, out) ->
              kernel.euclidean(
                  exec, points, start, new KCenter.Picks(9, part(out, 0, 36), part(out, 36, 36))));
    }
  }

  /** Inputs and maps in one copy each; the count of pixels without scores comes by itself. */
  @Test
  void pageLockedMemoryIsCopiedFromAndToWhereItLies() {
    long pixels = 150 * 120;
    long scores = 4L * C * pixels;
    long map = 4L * pixels;
    try (HostBuffer one = Scores.random(1, C, 150, 120, 1);
        HostBuffer two = Scores.random(1, C, 150, 120, 2);
        HostBuffer maps = HostBuffer.allocate("maps", 2 * map);
        PinnedBuffer pinned = device.pinned("scores and maps", 2 * scores + 2 * map);
        FlipConsistency kernel = new FlipConsistency()) {
      UnsafeApi.copyMemory(one.address(), pinned.address(), scores);
      UnsafeApi.copyMemory(two.address(), pinned.address() + scores, scores);
      Span there = Span.of(pinned, 2 * scores, 2 * map);
      assertEquals(2 + 1, copies(() -> flip(kernel, one.address(), two.address(), Span.of(maps))));
      long second = pinned.address() + scores;
      assertEquals(2 + 3, copies(() -> flip(kernel, pinned.address(), second, there)));
      assertEquals(-1, Bytes.mismatch(Span.of(maps), there));
      assertTrue(anyWritten(maps), "nothing was written");
    }
  }

  private void flip(FlipConsistency kernel, long scores, long mirrored, Span maps) {
    kernel.run(
        Exec.cuda(stream),
        TensorView.nchw(scores, DType.F32, 1, C, 150, 120),
        TensorView.nchw(mirrored, DType.F32, 1, C, 150, 120),
        ScoreKind.LOGITS,
        null,
        0,
        0,
        0,
        new FlipOutputs()
            .symmetricKl(part(maps, 0, maps.bytes() / 2))
            .jensenShannon(part(maps, maps.bytes() / 2, maps.bytes() / 2)));
  }

  /** Memory that others registered counts too, where it is all of one block. */
  @Test
  void registeredMemoryIsCopiedFromAndToWhereItLies() {
    long bytes = 10 << 20;
    try (HostBuffer host = HostBuffer.allocate("host", bytes);
        DeviceBuffer there = device.allocate("there", bytes)) {
      Runnable round =
          () -> {
            stream.workspace().upload(host.address(), there.address(), bytes);
            stream.workspace().download(there.address(), host.address(), bytes);
          };
      host.putFloat(7, 3);
      assertEquals(3 + 3, copies(round));
      register(host.address(), bytes);
      assertEquals(1 + 1, copies(round));
      unregister(host.address());
      register(host.address(), bytes / 2);
      register(host.address() + bytes / 2, bytes / 2);
      assertEquals(3 + 3, copies(round));
      unregister(host.address());
      assertEquals(3 + 3, copies(round));
      unregister(host.address() + bytes / 2);
      assertEquals(3f, host.getFloat(7));
    }
  }

  private static final class HostAddress extends Pointer {
    HostAddress(long address) {
      super(address);
    }
  }

  private void register(long address, long bytes) {
    device.run(
        () ->
            assertEquals(
                0, JCudaDriver.cuMemHostRegister(new HostAddress(address), bytes, 0), "register"));
  }

  private void unregister(long address) {
    device.run(
        () -> assertEquals(0, JCudaDriver.cuMemHostUnregister(new HostAddress(address)), "end"));
  }

  /** What the call has read may be changed, though it waits for nothing else. */
  @Test
  void pageLockedInputsMayChangeAfterTheCall() {
    long bytes = 4L * 200 * 100;
    try (PinnedBuffer rows = device.pinned("rows", bytes);
        DeviceBuffer out = device.allocate("out", 4L * 200 * 200);
        HostBuffer back = HostBuffer.allocate("back", 4L * 200 * 200);
        SquaredDistances kernel = new SquaredDistances()) {
      UnsafeApi.setMemory(rows.address(), bytes, (byte) 0);
      MatrixView points = MatrixView.dense(Span.of(rows), 200, 100);
      kernel.run(Exec.cuda(stream), points, points, Span.of(out));
      UnsafeApi.putFloat(rows.address(), 1e9f);
      stream.workspace().download(out.address(), back.address(), back.bytes());
      stream.synchronize();
      assertFalse(anyWritten(back), "distances of rows that were all the same");
    }
  }

  private static long copies(Runnable work) {
    long before = copies();
    work.run();
    return copies() - before;
  }

  private static long copies() {
    return EmulatedGpu.calls("cuMemcpyHtoDAsync_v2") + EmulatedGpu.calls("cuMemcpyDtoHAsync_v2");
  }

  @Test
  void outputsAreWrittenNoFurtherThanTheyReach() {
    try (HostBuffer values = Scores.random(1, 1, 4, 3);
        HostBuffer out = HostBuffer.allocate("out", 100);
        SquaredDistances kernel = new SquaredDistances()) {
      byte[] before = new byte[100];
      Arrays.fill(before, (byte) 0x5a);
      out.putBytes(0, before, 0, 100);
      MatrixView rows = MatrixView.dense(Span.of(values), 4, 3);
      kernel.run(Exec.cuda(stream), rows, rows, Span.of(out));
      byte[] after = new byte[100];
      out.getBytes(64, after, 64, 36);
      System.arraycopy(before, 0, after, 0, 64);
      assertArrayEquals(before, after);
    }
  }
}
