package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.GoldenFile;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.onednn.OneDnnBackend;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resizing against the independent vectors 11_bilinear. */
class GoldenBilinearTest {
  @ParameterizedTest
  @CsvSource({
    "x4_corners_half_pixel, BILINEAR_HALF_PIXEL",
    "x2_corners_half_pixel, BILINEAR_HALF_PIXEL",
    "to45x67_corners_half_pixel, BILINEAR_HALF_PIXEL",
    "x4_corners_aligned, BILINEAR_ALIGNED_CORNERS",
    "x2_corners_aligned, BILINEAR_ALIGNED_CORNERS",
    "to45x67_corners_aligned, BILINEAR_ALIGNED_CORNERS",
  })
  void bilinear(String name, Interpolation rule) throws IOException {
    try (NpzReader npz = GoldenFile.open("11_bilinear");
        NdArray source = npz.read("x");
        NdArray expected = npz.read(name);
        Backend backend = new OneDnnBackend()) {
      int channels = (int) source.shape(0);
      int height = (int) expected.shape(1);
      int width = (int) expected.shape(2);
      Shape in = new Shape(1, (int) source.shape(1), (int) source.shape(2), channels);
      try (Probe probe =
          new Probe(backend, Mode.INFERENCE, in, (g, x) -> g.resize("y", x, height, width, rule))) {
        long pixels = source.count() / channels;
        for (long i = 0; i < source.count(); i++) {
          probe.put(probe.x, i % pixels * channels + i / pixels, source.getDouble(i));
        }
        double[] y = probe.run();
        int resized = height * width;
        for (int i = 0; i < y.length; i++) {
          double found = y[i % resized * channels + i / resized];
          assertEquals(expected.getDouble(i), found, 1e-5, name + "[" + i + "]");
        }
      }
    }
  }
}
