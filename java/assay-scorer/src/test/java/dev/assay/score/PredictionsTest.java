package dev.assay.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.kernel.ScoreKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several predictions of an image against the equations in double. */
class PredictionsTest {
  private static final int C = 4;
  private static final int H = 20;
  private static final int W = 27;
  private static final int SIDE = 9;
  private static final int REGIONS = 6;
  private static final double TOLERANCE = 2e-5;

  private final ArraySource source = new ArraySource(6, C, H, W, 11);
  private final ArraySource other = new ArraySource(6, C, H, W, 12);

  @AfterEach
  void close() {
    source.close();
    other.close();
  }

  /** Every extra signal and the mean entropy, in the order of image and region. */
  private Map<String, List<Float>> score(Predictions predictions, int threads, int chunk)
      throws IOException {
    Map<String, List<Float>> values = new LinkedHashMap<>();
    ScoringPlan plan =
        new ScoringPlan(
            ScoreKind.LOGITS, EnumSet.of(Signal.ENTROPY_MEAN), SIDE, SIDE, false, chunk);
    try (predictions;
        Engine engine = Engine.cpu(threads);
        StreamingScorer scorer = new StreamingScorer(engine, plan)) {
      scorer.run(
          predictions,
          scored -> {
            for (int i = 0; i < scored.size(); i++) {
              add(values, "entropy_mean", scored.value(Signal.ENTROPY_MEAN, i));
              for (String extra : scored.extras()) {
                add(values, extra, UnsafeApi.getFloat(scored.extra(extra).address() + 4L * i));
              }
            }
          },
          (done, total) -> {});
    }
    return values;
  }

  private static void add(Map<String, List<Float>> values, String name, float value) {
    values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  private static double[] softmax(ArraySource from, int image, int y, int x) {
    double[] p = new double[C];
    double sum = 0;
    for (int c = 0; c < C; c++) {
      p[c] = Math.exp(from.values.getFloat(((long) (image * C + c) * H + y) * W + x));
      sum += p[c];
    }
    for (int c = 0; c < C; c++) {
      p[c] /= sum;
    }
    return p;
  }

  private static double entropy(double[] p) {
    double entropy = 0;
    for (double v : p) {
      entropy -= v * Math.log(v);
    }
    return entropy;
  }

  private interface PixelValue {
    double at(int y, int x);
  }

  private static double regionMean(int region, PixelValue value) {
    int left = region / 2 * SIDE;
    int top = region % 2 * SIDE;
    double sum = 0;
    for (int y = top; y < top + SIDE; y++) {
      for (int x = left; x < left + SIDE; x++) {
        sum += value.at(y, x);
      }
    }
    return sum / (SIDE * SIDE);
  }

  private double[] mean(int image, int passes, int y, int x) {
    double[] mean = new double[C];
    for (int t = 0; t < passes; t++) {
      double[] p = softmax(source, image * passes + t, y, x);
      for (int c = 0; c < C; c++) {
        mean[c] += p[c] / passes;
      }
    }
    return mean;
  }

  @ParameterizedTest
  @CsvSource({"3", "2", "1", "6"})
  void passesGiveMutualInformationAndTheirMean(int passes) throws IOException {
    Map<String, List<Float>> values = score(Predictions.passes(source.rewound(), passes), 2, 4);
    int images = 6 / passes;
    assertEquals(images * REGIONS, values.get("entropy_mean").size());
    for (int row = 0; row < images * REGIONS; row++) {
      int image = row / REGIONS;
      double predictive = regionMean(row % REGIONS, (y, x) -> entropy(mean(image, passes, y, x)));
      double expected = 0;
      for (int t = 0; t < passes; t++) {
        int pass = image * passes + t;
        expected +=
            regionMean(row % REGIONS, (y, x) -> entropy(softmax(source, pass, y, x))) / passes;
      }
      assertEquals(predictive, values.get("predictive_entropy_mean").get(row), TOLERANCE);
      assertEquals(predictive, values.get("entropy_mean").get(row), TOLERANCE);
      assertEquals(expected, values.get("expected_entropy_mean").get(row), TOLERANCE);
      assertEquals(
          predictive - expected, values.get("mutual_information_mean").get(row), TOLERANCE);
    }
  }

  @Test
  void mirroredPredictionsAreComparedPixelByPixel() throws IOException {
    Map<String, List<Float>> values =
        score(Predictions.mirrored(source.rewound(), other.rewound()), 1, 100);
    for (int row = 0; row < 6 * REGIONS; row++) {
      int image = row / REGIONS;
      double kl =
          regionMean(
              row % REGIONS,
              (y, x) -> {
                double[] p = softmax(source, image, y, x);
                double[] q = softmax(other, image, y, W - 1 - x);
                double sum = 0;
                for (int c = 0; c < C; c++) {
                  sum += 0.5 * (p[c] - q[c]) * Math.log(p[c] / q[c]);
                }
                return sum;
              });
      double flipped =
          regionMean(row % REGIONS, (y, x) -> entropy(softmax(other, image, y, W - 1 - x)));
      assertEquals(kl, values.get("symmetric_kl_mean").get(row), TOLERANCE);
      assertEquals(flipped, values.get("entropy_flipped_mean").get(row), TOLERANCE);
      assertTrue(values.get("jensen_shannon_mean").get(row) > 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,4", "0,5"})
  void chunksAndThreadsChangeNoBit(int threads, int chunk) throws IOException {
    assertEquals(
        score(Predictions.passes(source.rewound(), 3), 1, 1000),
        score(Predictions.passes(source.rewound(), 3), threads, chunk));
    assertEquals(
        score(Predictions.mirrored(source.rewound(), other.rewound()), 1, 1000),
        score(Predictions.mirrored(source.rewound(), other.rewound()), threads, chunk));
  }

  @Test
  void whatDoesNotFitTogetherIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Predictions.passes(source, 4));
    assertThrows(IllegalArgumentException.class, () -> Predictions.passes(source, 0));
    try (ArraySource fewer = new ArraySource(5, C, H, W, 1);
        ArraySource wider = new ArraySource(6, C, H, W + 1, 1)) {
      assertThrows(IllegalArgumentException.class, () -> Predictions.mirrored(source, fewer));
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> score(Predictions.mirrored(source.rewound(), wider), 1, 10));
      assertTrue(e.getMessage().startsWith("memory image 0: flipped="), e.getMessage());
    }
  }

  @Test
  void nanInAnyPassNamesThePass() {
    source.values.putFloat(4L * C * H * W + 1, Float.NaN);
    NanScoresException e =
        assertThrows(
            NanScoresException.class, () -> score(Predictions.passes(source.rewound(), 3), 1, 10));
    assertEquals("memory image 4: found 1 pixel(s) with NaN scores, expected 0", e.getMessage());
    assertEquals(1, e.image());
  }
}
