package dev.assay.tests;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.ScoreKind;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** pixel_signals against 01_softmax_* and the entropy part of 05_image_entropy. */
class GoldenPixelSignalsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01_softmax_camvid_crop1",
        "01_softmax_camvid_crop2",
        "01_softmax_random19",
        "01_softmax_extreme"
      })
  void softmaxThroughTheApi(String file) throws IOException {
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      NdArray logits = golden.array(file, "logits");
      long h = logits.shape(1);
      long w = logits.shape(2);
      NdArray entropy = golden.keep(NdArray.allocate("entropy", ElementType.F4, h, w));
      NdArray argmax = golden.keep(NdArray.allocate("argmax", ElementType.U1, h, w));
      NdArray max = golden.keep(NdArray.allocate("max_probability", ElementType.F4, h, w));
      session.pixelSignals(
          Golden.view(logits),
          ScoreKind.LOGITS,
          new PixelMaps(entropy.span(), argmax.span(), max.span(), null));
      check(golden, file, entropy, argmax, max);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01_softmax_camvid_crop1",
        "01_softmax_camvid_crop2",
        "01_softmax_random19",
        "01_softmax_extreme"
      })
  void softmaxThroughTheCommand(String file) throws IOException {
    try (Golden golden = new Golden();
        NpzReader out = Golden.kernel(directory, "pixel_signals", Golden.file(file))) {
      check(
          golden,
          file,
          golden.keep(out.read("entropy")),
          golden.keep(out.read("argmax")),
          golden.keep(out.read("max_probability")));
    }
  }

  private static void check(
      Golden golden, String file, NdArray entropy, NdArray argmax, NdArray maxProbability)
      throws IOException {
    Golden.near(golden.array(file, "entropy_nat"), entropy, 1e-5);
    Golden.near(golden.array(file, "argmax"), argmax, 0);
    Golden.near(golden.array(file, "maxprob"), maxProbability, 2e-6);
  }

  /** The mean over a whole image of the entropy map, summed in double. */
  @Test
  void imageEntropy() throws IOException {
    try (Golden golden = new Golden()) {
      NdArray images = golden.array("05_image_entropy", "images");
      NdArray expected = golden.array("05_image_entropy", "mean_entropy_nat_f64");
      for (int i = 0; i < images.count(); i++) {
        NdArray logits = golden.fullLogits(images.getText(i));
        try (NpzReader out = Golden.kernel(directory, "pixel_signals", List.of(logits))) {
          NdArray entropy = golden.keep(out.read("entropy"));
          double sum = 0;
          for (long p = 0; p < entropy.count(); p++) {
            sum += entropy.getDouble(p);
          }
          double mean = expected.getDouble(i);
          Golden.near(mean, sum / entropy.count(), 1e-5 * mean, "image " + images.getText(i));
        }
      }
    }
  }
}
