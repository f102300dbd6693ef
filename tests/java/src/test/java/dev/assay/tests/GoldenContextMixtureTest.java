package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.RegionSignalsResult;
import dev.assay.score.Session;
import dev.assay.score.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** context_mixture, and the mixtures of region_signals, against 06_cdal_mixture_*. */
class GoldenContextMixtureTest {
  private static final String FULL = "06_cdal_mixture_full";
  private static final String CROP = "06_cdal_mixture_crop";
  private static final double TOLERANCE = 1e-5;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"A", "B", "C"})
  void images(String image) throws IOException {
    try (Golden golden = new Golden()) {
      everyWay(golden, golden.fullLogits(image), FULL, "_" + image);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "19"})
  void crops(String suffix) throws IOException {
    try (Golden golden = new Golden()) {
      NdArray logits = golden.keep(Golden.renamed(golden.array(CROP, "logits" + suffix), "logits"));
      everyWay(golden, logits, CROP, suffix);
    }
  }

  private void everyWay(Golden golden, NdArray logits, String file, String suffix)
      throws IOException {
    throughTheCommand(golden, logits, file, suffix);
    NdArray mixture = throughTheApi(golden, logits, file, suffix);
    throughRegionSignals(golden, logits, file, suffix, mixture);
  }

  private void throughTheCommand(Golden golden, NdArray logits, String file, String suffix)
      throws IOException {
    try (NpzReader out = Golden.kernel(directory, "context_mixture", List.of(logits))) {
      check(
          golden,
          file,
          suffix,
          golden.keep(out.read("mixture")),
          golden.keep(out.read("present")),
          golden.keep(out.read("pixels")));
    }
  }

  private static NdArray throughTheApi(Golden golden, NdArray logits, String file, String suffix)
      throws IOException {
    long c = logits.shape(0);
    NdArray mixture = golden.keep(NdArray.allocate("mixture", ElementType.F4, c, c));
    NdArray present = golden.keep(NdArray.allocate("present", ElementType.B1, c));
    NdArray pixels = golden.keep(NdArray.allocate("pixels", ElementType.I8, c));
    try (Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      session.contextMixture(
          Golden.view(logits), ScoreKind.LOGITS, mixture.span(), present.span(), pixels.span());
    }
    check(golden, file, suffix, mixture, present, pixels);
    return mixture;
  }

  private static void check(
      Golden golden, String file, String suffix, NdArray mixture, NdArray present, NdArray pixels)
      throws IOException {
    Golden.near(golden.array(file, "P" + suffix), mixture, TOLERANCE);
    Golden.near(golden.array(file, "present" + suffix), present, 0);
    Golden.near(golden.array(file, "pixels" + suffix), pixels, 0);
  }

  /** The image as one region: the same bits; and the sums of weights, which are entropies. */
  private static void throughRegionSignals(
      Golden golden, NdArray logits, String file, String suffix, NdArray mixture)
      throws IOException {
    TensorView view = Golden.view(logits);
    int c = Math.toIntExact(view.c());
    int w = Math.toIntExact(view.w());
    int h = Math.toIntExact(view.h());
    try (RegionList whole = RegionList.of(w, h, new int[] {0, 0, 0});
        Engine engine = Engine.cpu(1);
        Session session = engine.session()) {
      RegionSignalsResult result =
          session.regionSignals(
              view,
              whole,
              EnumSet.of(Signal.CONTEXT_MIXTURE, Signal.ENTROPY_BY_CLASS, Signal.CLASS_HISTOGRAM));
      float[] found = result.contextMixture();
      for (int i = 0; i < found.length; i++) {
        assertEquals((float) mixture.getDouble(i), found[i], "entry " + i);
      }
      double[] weights = weights(result);
      NdArray expected = golden.array(file, "weight_sum" + suffix);
      for (int a = 0; a < c; a++) {
        double sum = expected.getDouble(a);
        Golden.near(sum, weights[a], 1e-5 * sum + 1e-5, "weight_sum[" + a + "]");
      }
      if (file.equals(FULL)) {
        allPixels(golden.array(file, "P_all_pixels" + suffix), found, weights);
      }
    }
  }

  private static double[] weights(RegionSignalsResult result) {
    double[] weights = new double[result.classes()];
    for (int a = 0; a < weights.length; a++) {
      weights[a] = result.entropyByClass()[a] / Math.log(2) + 1e-8 * result.classHistogram()[a];
    }
    return weights;
  }

  /** The rows, weighted, make the one mixture of all pixels. */
  private static void allPixels(NdArray expected, float[] mixture, double[] weights) {
    int classes = weights.length;
    double sum = Arrays.stream(weights).sum();
    for (int c = 0; c < classes; c++) {
      double entry = 0;
      for (int a = 0; a < classes; a++) {
        entry += weights[a] * mixture[a * classes + c];
      }
      Golden.near(expected.getDouble(c), entry / sum, TOLERANCE, "P_all_pixels[" + c + "]");
    }
  }

  /** A batch has a leading axis, and every image the result that it has alone. */
  @Test
  void batchesThroughTheCommand() throws IOException {
    try (Golden golden = new Golden()) {
      NdArray logits = golden.array(CROP, "logits");
      long c = logits.shape(0);
      NdArray two =
          golden.keep(
              NdArray.allocate("logits", logits.type(), 2, c, logits.shape(1), logits.shape(2)));
      for (int n = 0; n < 2; n++) {
        UnsafeApi.copyMemory(
            logits.buffer().address(),
            two.buffer().address() + n * logits.buffer().bytes(),
            logits.buffer().bytes());
      }
      try (NpzReader out = Golden.kernel(directory, "context_mixture", List.of(two))) {
        NdArray mixture = golden.keep(out.read("mixture"));
        assertArrayEquals(new long[] {2, c, c}, mixture.shape());
        NdArray expected = golden.array(CROP, "P");
        for (int i = 0; i < 2 * expected.count(); i++) {
          Golden.near(
              expected.getDouble(i % expected.count()),
              mixture.getDouble(i),
              TOLERANCE,
              "entry " + i);
        }
      }
    }
  }
}
