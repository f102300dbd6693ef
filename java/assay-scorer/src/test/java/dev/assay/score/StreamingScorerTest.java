package dev.assay.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.kernel.ScoreKind;
import dev.assay.memory.DType;
import dev.assay.memory.Layout;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.select.TopRegions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamingScorerTest {
  private final ArraySource source = new ArraySource(3, 5, 37, 50, 7);

  @AfterEach
  void close() {
    source.close();
  }

  /** Keeps every byte it gets, signal by signal, and every region's place. */
  private static final class Recorder implements RegionSink {
    final Map<Signal, ByteArrayOutputStream> signals = new EnumMap<>(Signal.class);
    final List<String> places = new ArrayList<>();
    final ByteArrayOutputStream maps = new ByteArrayOutputStream();

    @Override
    public void regions(ScoredRegions scored) {
      for (Signal signal : scored.signals()) {
        signals
            .computeIfAbsent(signal, s -> new ByteArrayOutputStream())
            .writeBytes(bytes(scored.span(signal)));
      }
      for (int i = 0; i < scored.size(); i++) {
        long region = scored.first() + i;
        places.add(scored.image() + " " + region + " " + scored.x(i) + " " + scored.y(i));
      }
    }

    @Override
    public void maps(long image, ImageMaps map) {
      maps.write((int) image);
      for (PixelSignal signal : PixelSignal.values()) {
        maps.writeBytes(bytes(map.span(signal)));
      }
    }

    private static byte[] bytes(Span span) {
      byte[] bytes = new byte[(int) span.bytes()];
      UnsafeApi.copyMemory(
          null, span.address(), bytes, UnsafeApi.arrayBaseOffset(byte[].class), bytes.length);
      return bytes;
    }
  }

  private Recorder record(int threads, int chunk, boolean maps) throws IOException {
    Recorder recorder = new Recorder();
    ScoringPlan plan =
        new ScoringPlan(ScoreKind.LOGITS, EnumSet.allOf(Signal.class), 9, 8, maps, chunk);
    try (Engine engine = Engine.cpu(threads);
        StreamingScorer scorer = new StreamingScorer(engine, plan)) {
      List<Long> progress = new ArrayList<>();
      StreamingScorer.Totals totals =
          scorer.run(source.rewound(), recorder, (done, total) -> progress.add(done));
      assertEquals(new StreamingScorer.Totals(3, 3 * 5 * 4, 3 * 37 * 50), totals);
      assertEquals(List.of(1L, 2L, 3L), progress);
    }
    return recorder;
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,3", "1,7", "2,7", "2,19", "3,20", "0,4096"})
  void chunksAndThreadsChangeNoBit(int threads, int chunk) throws IOException {
    Recorder expected = record(1, 1 << 20, true);
    Recorder found = record(threads, chunk, true);
    assertEquals(expected.places, found.places);
    assertArrayEquals(expected.maps.toByteArray(), found.maps.toByteArray());
    for (Signal signal : Signal.values()) {
      assertArrayEquals(
          expected.signals.get(signal).toByteArray(),
          found.signals.get(signal).toByteArray(),
          signal.key());
    }
  }

  @Test
  void theStreamHasTheSessionsValuesAndTheGridsOrder() throws IOException {
    Recorder found = record(2, 6, false);
    assertEquals(0, found.maps.size());
    assertEquals("1 5 9 8", found.places.get(20 + 5));
    ByteBuffer means =
        ByteBuffer.wrap(found.signals.get(Signal.ENTROPY_MEAN).toByteArray())
            .order(ByteOrder.nativeOrder());
    try (Engine engine = Engine.cpu(1);
        Session session = engine.session();
        RegionList grid = RegionList.grid(1, 50, 37, 9, 8)) {
      for (int image = 0; image < 3; image++) {
        float[] expected =
            session
                .regionSignals(source.image(image), grid, EnumSet.of(Signal.ENTROPY_MEAN))
                .entropyMean();
        for (float value : expected) {
          assertEquals(value, means.getFloat());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "5", "59", "60", "100"})
  void theRunningTopKIsTheSortedPrefix(int k) throws IOException {
    List<TopRegions.Region> all = top(1000, 1);
    List<TopRegions.Region> best = top(k, 7);
    assertEquals(all.subList(0, Math.min(k, 60)), best);
    for (int i = 1; i < all.size(); i++) {
      TopRegions.Region a = all.get(i - 1);
      TopRegions.Region b = all.get(i);
      boolean earlier =
          a.image() < b.image() || (a.image() == b.image() && a.region() < b.region());
      assertTrue(a.value() > b.value() || (a.value() == b.value() && earlier), a + " " + b);
    }
  }

  private List<TopRegions.Region> top(int k, int chunk) throws IOException {
    TopRegions sink = new TopRegions(Signal.MARGIN_MEAN, k);
    ScoringPlan plan =
        new ScoringPlan(ScoreKind.LOGITS, EnumSet.of(Signal.MARGIN_MEAN), 9, 8, false, chunk);
    try (Engine engine = Engine.cpu(1);
        StreamingScorer scorer = new StreamingScorer(engine, plan)) {
      scorer.run(source.rewound(), sink, (done, total) -> {});
    }
    return sink.best();
  }

  @Test
  void nanAndSmallImagesAreNamed() {
    source.values.putFloat(2 * 5 * 37 * 50 + 3, Float.NaN);
    NanScoresException nan = assertThrows(NanScoresException.class, () -> record(1, 4, false));
    assertEquals("memory image 2: found 1 pixel(s) with NaN scores, expected 0", nan.getMessage());
    assertEquals(2, nan.image());
    ScoringPlan plan = ScoringPlan.of(ScoreKind.LOGITS, EnumSet.of(Signal.ENTROPY_MEAN), 51, 37);
    try (Engine engine = Engine.cpu(1);
        StreamingScorer scorer = new StreamingScorer(engine, plan)) {
      IllegalArgumentException small =
          assertThrows(
              IllegalArgumentException.class,
              () -> scorer.run(source.rewound(), scored -> {}, (done, total) -> {}));
      assertEquals(
          "memory image 0: found an image of 50x37 pixels, expected at least one region of 51x37",
          small.getMessage());
    }
  }

  @Test
  void plansThatMakeNoSenseAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ScoringPlan.of(ScoreKind.LOGITS, EnumSet.of(Signal.ENTROPY_MIN), 7, 8));
    ScoringPlan empty = ScoringPlan.of(ScoreKind.LOGITS, EnumSet.noneOf(Signal.class), 8, 8);
    try (Engine engine = Engine.cpu(1);
        StreamingScorer scorer = new StreamingScorer(engine, empty)) {
      assertThrows(
          IllegalArgumentException.class,
          () -> scorer.run(source.rewound(), scored -> {}, (done, total) -> {}));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new ScoringPlan(ScoreKind.LOGITS, EnumSet.allOf(Signal.class), 8, 8, false, 0));
  }

  @Test
  void everyKindOfOffHeapBufferIsReadWhereItLies() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(4 + 2 * 8 * 8 * 4).order(ByteOrder.nativeOrder());
    for (int i = 0; i < 2 * 64; i++) {
      bytes.putFloat(4 + 4 * i, i % 3);
    }
    bytes.position(4);
    UnsafeBuffer agrona = new UnsafeBuffer(bytes, 4, 2 * 64 * 4);
    TensorView view = TensorView.of(bytes, Layout.NCHW, DType.F32, 1, 2, 8, 8);
    assertEquals(view, TensorView.of(agrona, Layout.NCHW, DType.F32, 1, 2, 8, 8));
    assertEquals(view, TensorView.nchw(view.address(), DType.F32, 1, 2, 8, 8));
    assertEquals(1f, UnsafeApi.getFloat(view.address() + 4));
    ByteBuffer heap = ByteBuffer.allocate(512);
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorView.of(heap, Layout.NCHW, DType.F32, 1, 2, 8, 8));
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorView.of(new UnsafeBuffer(heap), Layout.NCHW, DType.F32, 1, 2, 8, 8));
    assertThrows(
        IllegalArgumentException.class,
        () -> TensorView.of(bytes, Layout.NHWC, DType.F32, 1, 2, 8, 9));
  }
}
