package dev.assay.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Backend;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine against the equations in double, on both layouts. */
class SessionTest {
  private static final int N = 2;
  private static final int C = 11;
  private static final int H = 45;
  private static final int W = 50;
  private static final int REGION_W = 20;
  private static final int REGION_H = 17;

  private final double[][] p = new double[N * H * W][C];

  /** Logits with confident and unsure pixels; fills {@link #p} with their softmax. */
  private HostBuffer logits(boolean nchw) {
    Random random = new Random(7);
    HostBuffer buffer = HostBuffer.floats("logits", (long) N * C * H * W);
    for (int n = 0; n < N; n++) {
      for (int i = 0; i < H * W; i++) {
        double scale = 8 * random.nextDouble();
        double sum = 0;
        double[] q = p[n * H * W + i];
        for (int c = 0; c < C; c++) {
          float x = (float) (scale * random.nextGaussian());
          buffer.putFloat(
              nchw ? ((long) n * C + c) * H * W + i : ((long) n * H * W + i) * C + c, x);
          q[c] = Math.exp(x);
          sum += q[c];
        }
        for (int c = 0; c < C; c++) {
          q[c] /= sum;
        }
      }
    }
    return buffer;
  }

  private static TensorView view(HostBuffer logits, boolean nchw) {
    return nchw
        ? TensorView.nchw(logits.address(), DType.F32, N, C, H, W)
        : TensorView.nhwc(logits.address(), DType.F32, N, C, H, W);
  }

  private static int argmax(double[] q) {
    int best = 0;
    for (int c = 1; c < C; c++) {
      best = q[c] > q[best] ? c : best;
    }
    return best;
  }

  private static double entropy(double[] q) {
    double sum = 0;
    for (double v : q) {
      sum -= v == 0 ? 0 : v * Math.log(v);
    }
    return sum;
  }

  private static double margin(double[] q) {
    int best = argmax(q);
    double second = 0;
    for (int c = 0; c < C; c++) {
      second = c == best ? second : Math.max(second, q[c]);
    }
    return q[best] - second;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pixelSignals(boolean nchw) {
    try (HostBuffer logits = logits(nchw);
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      PixelSignalsResult maps =
          session.pixelSignals(view(logits, nchw), EnumSet.allOf(PixelSignal.class));
      assertEquals(N * H * W, maps.pixels());
      for (int i = 0; i < N * H * W; i++) {
        int best = argmax(p[i]);
        assertEquals(entropy(p[i]), at(maps, PixelSignal.ENTROPY, i), 1e-5);
        assertEquals(p[i][best], at(maps, PixelSignal.MAX_PROBABILITY, i), 2e-6);
        assertEquals(margin(p[i]), at(maps, PixelSignal.MARGIN, i), 2e-6);
        assertEquals(best, UnsafeApi.getByte(maps.span(PixelSignal.ARGMAX).address() + i) & 0xff);
      }
    }
  }

  private static float at(PixelSignalsResult maps, PixelSignal signal, int i) {
    return UnsafeApi.getFloat(maps.span(signal).address() + 4L * i);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void regionSignals(boolean nchw) {
    try (HostBuffer logits = logits(nchw);
        RegionList regions = RegionList.grid(N, W, H, REGION_W, REGION_H);
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      assertEquals(N * 2 * 2, regions.size());
      RegionSignalsResult result =
          session.regionSignals(view(logits, nchw), regions, EnumSet.allOf(Signal.class));
      for (int r = 0; r < regions.size(); r++) {
        check(result, regions, r);
      }
    }
  }

  private void check(RegionSignalsResult result, RegionList regions, int r) {
    int[] histogram = new int[C];
    double[] mean = new double[C];
    double entropy = 0;
    double margin = 0;
    double least = 0;
    for (int y = 0; y < REGION_H; y++) {
      for (int x = 0; x < REGION_W; x++) {
        double[] q = pixel(regions, r, x, y);
        histogram[argmax(q)]++;
        entropy += entropy(q);
        margin += margin(q);
        least += 1 - q[argmax(q)];
        for (int c = 0; c < C; c++) {
          mean[c] += q[c];
        }
      }
    }
    int pixels = REGION_W * REGION_H;
    for (int c = 0; c < C; c++) {
      assertEquals(histogram[c], result.classHistogram()[r * C + c]);
      assertEquals(mean[c] / pixels, result.probabilityMean()[r * C + c], 1e-6);
    }
    assertEquals(entropy / pixels, result.entropyMean()[r], 1e-6);
    assertEquals(margin / pixels, result.marginMean()[r], 1e-6);
    assertEquals(least / pixels, result.leastConfidenceMean()[r], 1e-6);
    checkCells(result, regions, r);
    checkClasses(result, regions, r);
  }

  private void checkClasses(RegionSignalsResult result, RegionList regions, int r) {
    double[] entropies = new double[C];
    double[] margins = new double[C];
    List<double[]> pixels = new ArrayList<>();
    for (int i = 0; i < REGION_W * REGION_H; i++) {
      double[] q = pixel(regions, r, i % REGION_W, i / REGION_W);
      pixels.add(q);
      entropies[argmax(q)] += entropy(q);
      margins[argmax(q)] += margin(q);
    }
    double[][] mixture = mixture(pixels);
    for (int a = 0; a < C; a++) {
      assertEquals(entropies[a], result.entropyByClass()[r * C + a], 1e-3);
      assertEquals(margins[a], result.marginByClass()[r * C + a], 1e-3);
      for (int c = 0; c < C; c++) {
        assertEquals(mixture[a][c], result.contextMixture()[(r * C + a) * C + c], 1e-5);
      }
    }
  }

  /** Row a: mean of the pixels predicted a, weighted by entropy in bits + 1e-8. */
  private static double[][] mixture(List<double[]> pixels) {
    double[][] rows = new double[C][C];
    double[] weights = new double[C];
    for (double[] q : pixels) {
      double weight = entropy(q) / Math.log(2) + 1e-8;
      weights[argmax(q)] += weight;
      for (int c = 0; c < C; c++) {
        rows[argmax(q)][c] += weight * q[c];
      }
    }
    for (int a = 0; a < C; a++) {
      for (int c = 0; c < C; c++) {
        rows[a][c] = weights[a] == 0 ? 0 : rows[a][c] / weights[a];
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void contextMixture(boolean nchw) {
    try (HostBuffer logits = logits(nchw);
        HostBuffer mixture = HostBuffer.floats("mixture", (long) N * C * C);
        HostBuffer pixels = HostBuffer.allocate("pixels", 8L * N * C);
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      session.contextMixture(
          view(logits, nchw), ScoreKind.LOGITS, Span.of(mixture), null, Span.of(pixels));
      for (int n = 0; n < N; n++) {
        List<double[]> image = Arrays.asList(p).subList(n * H * W, (n + 1) * H * W);
        double[][] expected = mixture(image);
        for (int a = 0; a < C; a++) {
          int row = n * C + a;
          int predicted = a;
          assertEquals(
              image.stream().filter(q -> argmax(q) == predicted).count(),
              UnsafeApi.getLong(pixels.address() + 8L * row));
          for (int c = 0; c < C; c++) {
            float found = UnsafeApi.getFloat(mixture.address() + 4L * (row * C + c));
            assertEquals(expected[a][c], found, 1e-5);
          }
        }
      }
    }
  }

  @Test
  void contextMixtureChecksItsArguments() {
    try (HostBuffer logits = logits(true);
        HostBuffer small = HostBuffer.allocate("small", 8);
        Engine engine = Engine.cpu(1);
        Session session = engine.session()) {
      TensorView view = view(logits, true);
      expect(
          "mixture: 8 bytes must be at least 968",
          () -> session.contextMixture(view, ScoreKind.LOGITS, Span.of(small), null, null));
      logits.putFloat(3, Float.NaN);
      NanScoresException e =
          assertThrows(
              NanScoresException.class,
              () -> session.contextMixture(view, ScoreKind.LOGITS, null, null, null));
      assertEquals(0, e.image());
    }
  }

  private void checkCells(RegionSignalsResult result, RegionList regions, int r) {
    int cellW = REGION_W / 8;
    int cellH = REGION_H / 8;
    for (int cell = 0; cell < 64; cell++) {
      double min = Double.MAX_VALUE;
      double max = 0;
      double sum = 0;
      for (int i = 0; i < cellW * cellH; i++) {
        int x = cell % 8 * cellW + i % cellW;
        int y = cell / 8 * cellH + i / cellW;
        double e = entropy(pixel(regions, r, x, y));
        min = Math.min(min, e);
        max = Math.max(max, e);
        sum += e;
      }
      assertEquals(min, result.entropyMin()[r * 64 + cell], 1e-5);
      assertEquals(sum / (cellW * cellH), result.entropyAvg()[r * 64 + cell], 1e-5);
      assertEquals(max, result.entropyMax()[r * 64 + cell], 1e-5);
    }
  }

  private double[] pixel(RegionList regions, int r, int x, int y) {
    return p[(regions.image(r) * H + regions.y(r) + y) * W + regions.x(r) + x];
  }

  @Test
  void nanIsAnErrorThatNamesItsImage() {
    try (HostBuffer logits = logits(true);
        RegionList regions = RegionList.grid(N, W, H, REGION_W, REGION_H);
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      TensorView view = view(logits, true);
      for (int x = 0; x < 3; x++) {
        logits.putFloat((long) C * H * W + x, Float.NaN);
      }
      NanScoresException inRegion =
          assertThrows(
              NanScoresException.class,
              () -> session.regionSignals(view, regions, Set.of(Signal.ENTROPY_MEAN)));
      assertEquals(1, inRegion.image());
      assertEquals(3, inRegion.pixels());
      NanScoresException inMap =
          assertThrows(
              NanScoresException.class,
              () -> session.pixelSignals(view, Set.of(PixelSignal.ENTROPY)));
      assertEquals(
          "image 1 of the batch has 3 pixel(s) with NaN scores, expected 0", inMap.getMessage());
      // The session still works.
      session.pixelSignals(view.images(0, 1), Set.of(PixelSignal.ENTROPY));
    }
  }

  @Test
  void badArgumentsNameValueAndExpectation() {
    try (HostBuffer logits = logits(true);
        HostBuffer small = HostBuffer.allocate("small", 8);
        RegionList outside = RegionList.of(20, 20, new int[] {0, W - 19, 0});
        RegionList tiny = RegionList.of(7, 8, new int[] {0, 0, 0});
        Engine engine = Engine.cpu(1);
        Session session = engine.session()) {
      TensorView view = view(logits, true);
      expect("x", () -> session.regionSignals(view, outside, Set.of(Signal.ENTROPY_MEAN)));
      expect(
          "region_w=7 must be in [8, 50]",
          () -> session.regionSignals(view, tiny, Set.of(Signal.ENTROPY_MAX)));
      session.regionSignals(view, tiny, Set.of(Signal.ENTROPY_MEAN));
      expect(
          "entropy: 8 bytes must be at least 18000",
          () ->
              session.pixelSignals(
                  view, ScoreKind.LOGITS, new PixelMaps(Span.of(small), null, null, null)));
      expect(
          "entropy_mean: 8 bytes must be at least",
          () -> {
            try (RegionList grid = RegionList.grid(N, W, H, 10, 10)) {
              session.regionSignals(
                  view,
                  ScoreKind.LOGITS,
                  grid,
                  PixelMaps.NONE,
                  new RegionOutputs().entropyMean(Span.of(small)));
            }
          });
    }
  }

  private static void expect(String text, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }

  @Test
  void theEngineClosesItsSessions() {
    Engine engine = Engine.cpu(1);
    Session session = engine.session();
    engine.close();
    engine.close();
    assertThrows(IllegalStateException.class, engine::session);
    try (HostBuffer logits = logits(true)) {
      assertThrows(
          IllegalStateException.class,
          () -> session.pixelSignals(view(logits, true), Set.of(PixelSignal.ENTROPY)));
    }
  }

  @Test
  void cudaThatIsMissingIsAnErrorAndAutoFallsBack() {
    String reason = Engine.whyNotCuda();
    if (reason != null) {
      NoSuchDeviceException e =
          assertThrows(NoSuchDeviceException.class, () -> Engine.open(Backend.CUDA, 0));
      assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
    try (Engine engine = Engine.open(Backend.AUTO, 1)) {
      assertEquals(reason != null, engine.device().isCpu());
    }
  }
}
