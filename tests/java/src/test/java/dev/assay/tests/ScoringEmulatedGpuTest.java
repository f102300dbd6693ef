package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Backend;
import dev.assay.device.CudaDevice;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.Exec;
import dev.assay.kernel.ContextDistance;
import dev.assay.kernel.ContextForm;
import dev.assay.kernel.MixtureView;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.Device;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.LabelledDistributions;
import dev.assay.score.NanScoresException;
import dev.assay.score.PixelSignal;
import dev.assay.score.RalisLayout;
import dev.assay.score.RalisState;
import dev.assay.score.RegionList;
import dev.assay.score.RegionSignalsResult;
import dev.assay.score.Session;
import dev.assay.score.Signal;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sessions on a GPU: in place, staged, ordered, leased; the CPU's bits. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class ScoringEmulatedGpuTest {
  private static final int N = 2;
  private static final int C = 5;
  private static final int H = 33;
  private static final int W = 50;

  private final HostBuffer values = Scores.random(N, C, H, W);
  private final TensorView logits = Scores.view(values, N, C, H, W);
  private final RegionList regions = RegionList.grid(N, W, H, 16, 11);
  private final Engine gpu = Engine.open(Backend.AUTO, 1, 64 << 20);
  private final Engine cpu = Engine.cpu(1);

  @AfterEach
  void close() {
    gpu.close();
    cpu.close();
    regions.close();
    values.close();
  }

  private static void same(RegionSignalsResult expected, RegionSignalsResult found) {
    assertArrayEquals(expected.classHistogram(), found.classHistogram());
    assertArrayEquals(expected.entropyMin(), found.entropyMin());
    assertArrayEquals(expected.entropyAvg(), found.entropyAvg());
    assertArrayEquals(expected.entropyMax(), found.entropyMax());
    assertArrayEquals(expected.entropyMean(), found.entropyMean());
    assertArrayEquals(expected.marginMean(), found.marginMean());
    assertArrayEquals(expected.leastConfidenceMean(), found.leastConfidenceMean());
    assertArrayEquals(expected.probabilityMean(), found.probabilityMean());
    assertArrayEquals(expected.contextMixture(), found.contextMixture());
    assertArrayEquals(expected.entropyByClass(), found.entropyByClass());
    assertArrayEquals(expected.marginByClass(), found.marginByClass());
  }

  @Test
  void autoTakesTheGpu() {
    assertEquals(Device.cuda(0), gpu.device());
    assertThrows(IllegalStateException.class, cpu::cudaDevice);
  }

  @Test
  void hostScoresAreStaged() {
    try (Session there = gpu.session();
        Session here = cpu.session()) {
      Set<Signal> all = EnumSet.allOf(Signal.class);
      same(here.regionSignals(logits, regions, all), there.regionSignals(logits, regions, all));
      // A crop: strides larger than the image, and a second use of the same scratch.
      TensorView crop =
          new TensorView(
              logits.address() + 4L * (3 * W + 7),
              logits.dtype(),
              N,
              C,
              24,
              32,
              logits.strideN(),
              logits.strideC(),
              logits.strideH(),
              1);
      try (RegionList cells = RegionList.grid(N, 32, 24, 8, 8)) {
        same(here.regionSignals(crop, cells, all), there.regionSignals(crop, cells, all));
      }
    }
  }

  /** Written on the session's stream and scored there; nothing waits in between. */
  @Test
  void deviceScoresAreReadInPlaceInTheStreamsOrder() {
    try (CudaStream stream = gpu.cudaDevice().newStream();
        Session there = gpu.session(stream);
        Session here = cpu.session();
        DeviceBuffer scores = gpu.cudaDevice().allocate("network output", values.bytes())) {
      TensorView device = logits.on(scores.device(), scores.address());
      Set<Signal> wanted = EnumSet.allOf(Signal.class);
      stream.workspace().upload(values.address(), scores.address(), values.bytes());
      same(
          here.regionSignals(logits, regions, wanted),
          there.regionSignals(device, regions, wanted));
      long used = gpu.cudaDevice().allocatedBytes() - scores.bytes();
      assertTrue(used < values.bytes(), "scores were copied: " + used + " bytes of scratch");
    }
  }

  @Test
  void mapsComeBackWithRegions() {
    Set<PixelSignal> all = EnumSet.allOf(PixelSignal.class);
    try (Session there = gpu.session();
        Session here = cpu.session()) {
      for (PixelSignal map : all) {
        Span expected = here.pixelSignals(logits, all).span(map);
        Span found = there.pixelSignals(logits, all).span(map);
        assertEquals(-1, Bytes.mismatch(expected, found), map.toString());
      }
    }
  }

  @Test
  void nanIsFoundAndPlaced() {
    long second = 4L * C * H * W;
    values.putFloat(second / 4 + 3 * W + 5, Float.NaN);
    try (Session there = gpu.session()) {
      NanScoresException e =
          assertThrows(
              NanScoresException.class,
              () -> there.regionSignals(logits, regions, Set.of(Signal.ENTROPY_MEAN)));
      assertEquals(1, e.image());
      assertEquals(1, e.pixels());
    }
  }

  @Test
  void regionsOutsideAreFoundThoughTheDeviceCannotLook() {
    try (Session there = gpu.session();
        RegionList outside = RegionList.of(16, 11, new int[] {0, 0, 0, 1, 40, 0})) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> there.regionSignals(logits, outside, Set.of(Signal.ENTROPY_MEAN)));
      assertEquals("region_nxy[1]: x=40 must be in [0, 34]", e.getMessage());
    }
  }

  @Test
  void memoryOfTheWrongDeviceIsAnError() {
    TensorView elsewhere = logits.on(Device.cuda(1), 4096);
    try (Session there = gpu.session();
        Session here = cpu.session()) {
      expect("input lies on cuda:1, expected cpu or cuda:0", there, elsewhere);
      expect("input lies on cuda:1, expected cpu", here, elsewhere);
    }
    try (CudaDevice other = CudaDevice.open(1, 0);
        CudaStream stream = other.newStream()) {
      assertThrows(IllegalArgumentException.class, () -> gpu.session(stream));
      assertThrows(IllegalArgumentException.class, () -> new Exec(Device.cuda(0), stream, 1));
      assertThrows(IllegalArgumentException.class, () -> new Exec(Device.cuda(1), null, 1));
    }
  }

  private static void expect(String text, Session session, TensorView scores) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> session.pixelSignals(scores, ScoreKind.LOGITS, PixelMaps.NONE));
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }

  /** Nothing comes back to the host, so the call does not wait: its leases do. */
  @Test
  void leasesLastUntilTheStreamIsDone() {
    HostBuffer mixture = Scores.random(6, C, C, 1);
    HostBuffer present = HostBuffer.allocate("present", 6 * C);
    for (int i = 0; i < 6 * C; i++) {
      present.putByte(i, (byte) 1);
    }
    CudaDevice device = gpu.cudaDevice();
    try (mixture;
        present;
        CudaStream stream = device.newStream();
        ContextDistance kernel = new ContextDistance();
        HostBuffer expected = HostBuffer.floats("expected", 36);
        HostBuffer found = HostBuffer.floats("found", 36)) {
      MixtureView images = new MixtureView(Span.of(mixture), Span.of(present), 6, C);
      kernel.run(Exec.cpu(1), images, null, ContextForm.SUM, Span.of(expected), null);
      DeviceBuffer distance = device.allocate("distance", 36 * 4);
      kernel.run(Exec.cuda(stream), images, null, ContextForm.SUM, Span.of(distance), null);
      IllegalStateException e = assertThrows(IllegalStateException.class, distance::close);
      assertTrue(e.getMessage().contains("DeviceBuffer distance (144 bytes) is in use by 1 call"));
      mixture.putFloat(0, 1e6f); // was staged: the call does not see it
      stream.copyOut(distance.address(), found.address(), 144);
      stream.synchronize();
      assertEquals(-1, Bytes.mismatch(Span.of(expected), Span.of(found)));
      distance.close();
    }
  }

  @Test
  void ralisFeaturesAreTheSame() {
    RalisLayout layout = new RalisLayout(C, RalisLayout.Reading.PUBLISHED_CODE);
    long rows = regions.size();
    try (HostBuffer expected = HostBuffer.floats("expected", rows * layout.actionWidth());
        HostBuffer found = HostBuffer.floats("found", rows * layout.actionWidth())) {
      features(cpu, layout, expected);
      features(gpu, layout, found);
      assertEquals(-1, Bytes.mismatch(Span.of(expected), Span.of(found)));
    }
  }

  private void features(Engine engine, RalisLayout layout, HostBuffer actions) {
    try (Session session = engine.session();
        RalisState state = new RalisState(session, layout);
        LabelledDistributions none = new LabelledDistributions(C, 255)) {
      state.begin(Span.raw(0, 0), Span.of(actions));
      state.addCandidates(logits, regions);
      state.finish(none.view());
    }
  }

  @Test
  void anEngineOnABorrowedDeviceLeavesItOpen() {
    try (CudaDevice device = CudaDevice.open(0, 0)) {
      Engine engine = Engine.on(device, 1);
      Session session = engine.session();
      engine.close();
      assertThrows(
          IllegalStateException.class,
          () -> session.regionSignals(logits, regions, Set.of(Signal.ENTROPY_MEAN)));
      device.newStream().close();
    }
  }
}
