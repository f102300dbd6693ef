package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.RegionSignalsResult;
import dev.assay.score.Session;
import dev.assay.score.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** region_signals against 02_region_*, the region vectors of 04 and the means of 04 and 05. */
class GoldenRegionSignalsTest {
  private static final String E2E = "04_compute_state_e2e";
  private static final int CLASSES = 11;
  private static final int CELLS = 8;
  private static final int WIDTH = 80;
  private static final int HEIGHT = 90;

  @TempDir Path directory;

  /**
   * A golden region vector: 11 class counts (1e-7 where a class does not occur), void, then the
   * pooled minimum, mean and maximum, each gridHeight x gridWidth, of which ours are the first 8 x
   * 8.
   */
  private record Vector(NdArray features, long at, int gridHeight, int gridWidth) {
    int count(int c) {
      return (int) Math.round(features.getDouble(at + c));
    }

    double cell(int map, int cell) {
      int offset = map * gridHeight * gridWidth + cell / CELLS * gridWidth + cell % CELLS;
      return features.getDouble(at + CLASSES + 1 + offset);
    }
  }

  private static void check(
      Vector vector, int region, int[] histogram, float[][] cells, double tolerance) {
    for (int c = 0; c < CLASSES; c++) {
      assertEquals(
          vector.count(c), histogram[region * CLASSES + c], "region " + region + " class " + c);
    }
    for (int map = 0; map < 3; map++) {
      for (int cell = 0; cell < CELLS * CELLS; cell++) {
        Golden.near(
            vector.cell(map, cell),
            cells[map][region * CELLS * CELLS + cell],
            tolerance,
            "region " + region + " map " + map + " cell " + cell);
      }
    }
  }

  private static int[] ints(NpzReader npz, String name) throws IOException {
    try (NdArray array = npz.read(name)) {
      int[] values = new int[(int) array.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (int) array.getLong(i);
      }
      return values;
    }
  }

  private static float[] floats(NpzReader npz, String name) throws IOException {
    try (NdArray array = npz.read(name)) {
      float[] values = new float[(int) array.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) array.getDouble(i);
      }
      return values;
    }
  }

  /**
   * Runs API and command on the same regions of one image; both are checked against the vectors.
   */
  private void bothWays(
      Golden golden, NdArray logits, int[] xy, int w, int h, Vector[] vectors, double tolerance)
      throws IOException {
    int regions = xy.length / 2;
    int[] nxy = new int[3 * regions];
    for (int i = 0; i < regions; i++) {
      nxy[3 * i + 1] = xy[2 * i];
      nxy[3 * i + 2] = xy[2 * i + 1];
    }
    try (RegionList list = RegionList.of(w, h, nxy);
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      RegionSignalsResult result =
          session.regionSignals(Golden.view(logits), list, EnumSet.allOf(Signal.class));
      float[][] cells = {result.entropyMin(), result.entropyAvg(), result.entropyMax()};
      for (int i = 0; i < regions; i++) {
        check(vectors[i], i, result.classHistogram(), cells, tolerance);
      }
    }
    NdArray at = golden.keep(NdArray.ints("region_xy", xy, regions, 2));
    NdArray size = golden.keep(NdArray.ints("region_wh", new int[] {w, h}, 2));
    try (NpzReader out = Golden.kernel(directory, "region_signals", List.of(logits, at, size))) {
      int[] histogram = ints(out, "class_histogram");
      float[][] cells = {
        floats(out, "entropy_min"), floats(out, "entropy_avg"), floats(out, "entropy_max")
      };
      for (int i = 0; i < regions; i++) {
        check(vectors[i], i, histogram, cells, tolerance);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"02_region_80x90", "02_region_128x128"})
  void regionVectors(String file) throws IOException {
    try (Golden golden = new Golden()) {
      NdArray logits = golden.fullLogits(golden.array(file, "input_image").getText(0));
      NdArray features = golden.array(file, "feature_f64");
      NdArray xy = golden.array(file, "region_xy");
      NdArray wh = golden.array(file, "region_wh");
      int[] corners = new int[(int) xy.count()];
      Vector[] vectors = new Vector[(int) xy.shape(0)];
      for (int i = 0; i < corners.length; i++) {
        corners[i] = (int) xy.getLong(i);
      }
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = new Vector(features, i * features.shape(1), CELLS, CELLS);
      }
      bothWays(golden, logits, corners, (int) wh.getLong(0), (int) wh.getLong(1), vectors, 1e-5);
    }
  }

  /**
   * These cases give entropy and prediction, so logits with just that entropy and argmax are made.
   */
  @Test
  void oddSizes() throws IOException {
    String file = "02_region_odd_sizes";
    try (Golden golden = new Golden()) {
      long cases = golden.array(file, "n").getLong(0);
      for (int i = 0; i < cases; i++) {
        String s = "s" + i + "_";
        NdArray entropy = golden.array(file, s + "entropy");
        NdArray prediction = golden.array(file, s + "pred");
        NdArray grid = golden.array(file, s + "grid_yx");
        NdArray features = golden.array(file, s + "feature_f64");
        Vector vector = new Vector(features, 0, (int) grid.getLong(0), (int) grid.getLong(1));
        bothWays(
            golden,
            golden.keep(logitsOf(entropy, prediction)),
            new int[] {0, 0},
            (int) entropy.shape(1),
            (int) entropy.shape(0),
            new Vector[] {vector},
            2e-6);
      }
    }
  }

  private static NdArray logitsOf(NdArray entropy, NdArray prediction) {
    long pixels = entropy.count();
    NdArray logits =
        NdArray.allocate("logits", ElementType.F4, CLASSES, entropy.shape(0), entropy.shape(1));
    for (long i = 0; i < pixels; i++) {
      logits
          .buffer()
          .putFloat(prediction.getLong(i) * pixels + i, (float) logitOf(entropy.getDouble(i)));
    }
    return logits;
  }

  /** The logit of one class, the others' being 0, whose softmax has this entropy; by bisection. */
  private static double logitOf(double entropy) {
    double low = 0;
    double high = 40;
    for (int i = 0; i < 100; i++) {
      double x = (low + high) / 2;
      double sum = Math.exp(x) + CLASSES - 1;
      double found = Math.log(sum) - x * Math.exp(x) / sum;
      if (found > entropy) {
        low = x;
      } else {
        high = x;
      }
    }
    return low;
  }

  @Test
  void candidatesOfTheWholeChain() throws IOException {
    try (Golden golden = new Golden()) {
      String image = golden.array(E2E, "candidate_image").getText(0);
      NdArray candidates = golden.array(E2E, "region_candidates");
      NdArray features = golden.array(E2E, "pool_f64");
      int regions = (int) (candidates.count() / 3);
      int[] corners = new int[2 * regions];
      Vector[] vectors = new Vector[regions];
      for (int i = 0; i < regions; i++) {
        corners[2 * i] = (int) candidates.getLong(3L * i + 1);
        corners[2 * i + 1] = (int) candidates.getLong(3L * i + 2);
        vectors[i] = new Vector(features, i * features.shape(2), CELLS, CELLS);
      }
      bothWays(golden, golden.fullLogits(image), corners, WIDTH, HEIGHT, vectors, 1e-5);
    }
  }

  /** The grid's order is the published one: x outside, y inside. */
  @Test
  void stateImageOfTheWholeChainInGridOrder() throws IOException {
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      NdArray logits = golden.fullLogits(golden.array(E2E, "state_image").getText(0));
      NdArray features = golden.array(E2E, "subset_f64");
      try (RegionList grid =
          RegionList.grid(1, (int) logits.shape(2), (int) logits.shape(1), WIDTH, HEIGHT)) {
        assertEquals(features.shape(0), grid.size());
        RegionSignalsResult result =
            session.regionSignals(Golden.view(logits), grid, EnumSet.allOf(Signal.class));
        float[][] cells = {result.entropyMin(), result.entropyAvg(), result.entropyMax()};
        for (int i = 0; i < grid.size(); i++) {
          Vector vector = new Vector(features, i * features.shape(1), CELLS, CELLS);
          check(vector, i, result.classHistogram(), cells, 1e-5);
        }
      }
    }
  }

  /**
   * The entropy strategy: per pool the region of the largest mean entropy, the first among equals.
   */
  @Test
  void entropyPicksOfTheWholeChain() throws IOException {
    String[] images = {"A", "B", "C"};
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      NdArray candidates = golden.array(E2E, "H_region_candidates");
      NdArray expected = golden.array(E2E, "H_score_f64");
      NdArray actions = golden.array(E2E, "H_action");
      int regions = (int) (candidates.count() / 3);
      float[] scores = new float[regions];
      for (int n = 0; n < images.length; n++) {
        NdArray logits = golden.fullLogits(images[n]);
        for (int i = 0; i < regions; i++) {
          if (candidates.getLong(3L * i) == n) {
            int x = (int) candidates.getLong(3L * i + 1);
            int y = (int) candidates.getLong(3L * i + 2);
            scores[i] = mean(session, logits, x, y, WIDTH, HEIGHT);
            Golden.near(expected.getDouble(i), scores[i], 2e-6, "region " + i);
          }
        }
      }
      int perPool = (int) candidates.shape(1);
      for (int pool = 0; pool < candidates.shape(0); pool++) {
        int best = 0;
        for (int i = 1; i < perPool; i++) {
          best = scores[pool * perPool + i] > scores[pool * perPool + best] ? i : best;
        }
        assertEquals(actions.getLong(pool), best, "pool " + pool);
      }
    }
  }

  private static float mean(Session session, NdArray logits, int x, int y, int w, int h) {
    try (RegionList one = RegionList.of(w, h, new int[] {0, x, y})) {
      return session.regionSignals(Golden.view(logits), one, Set.of(Signal.ENTROPY_MEAN))
          .entropyMean()[0];
    }
  }

  /** An image is one large region. */
  @Test
  void imageEntropy() throws IOException {
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      NdArray images = golden.array("05_image_entropy", "images");
      NdArray expected = golden.array("05_image_entropy", "mean_entropy_nat_f64");
      for (int i = 0; i < images.count(); i++) {
        NdArray logits = golden.fullLogits(images.getText(i));
        float found = mean(session, logits, 0, 0, (int) logits.shape(2), (int) logits.shape(1));
        double mean = expected.getDouble(i);
        Golden.near(mean, found, 1e-5 * mean, "image " + images.getText(i));
      }
    }
  }
}
