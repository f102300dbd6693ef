package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.SharedData;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.onednn.OneDnnBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Resizing against the independent vectors 11_bilinear. */
class GoldenBilinearTest {
  /** A float32 array [c, h, w] in C order. */
  private static float[] array(ZipFile zip, String name, int count) throws IOException {
    try (InputStream in = zip.getInputStream(zip.getEntry(name + ".npy"))) {
      byte[] bytes = in.readAllBytes();
      ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      data.position(bytes.length - count * Float.BYTES);
      float[] values = new float[count];
      data.asFloatBuffer().get(values);
      return values;
    }
  }

  @Test
  void bilinear() throws IOException {
    Path file = SharedData.require("golden/11_bilinear.npz");
    try (ZipFile zip = new ZipFile(file.toFile());
        Backend backend = new OneDnnBackend()) {
      for (Interpolation rule :
          new Interpolation[] {
            Interpolation.BILINEAR_HALF_PIXEL, Interpolation.BILINEAR_ALIGNED_CORNERS
          }) {
        boolean half = rule == Interpolation.BILINEAR_HALF_PIXEL;
        String kind = half ? "half_pixel" : "aligned";
        compare(backend, zip, rule, "x4_corners_" + kind, 48, 60);
        compare(backend, zip, rule, "x2_corners_" + kind, 24, 30);
        compare(backend, zip, rule, "to45x67_corners_" + kind, 45, 67);
      }
    }
  }

  private static void compare(
      Backend backend, ZipFile zip, Interpolation rule, String name, int height, int width)
      throws IOException {
    Shape in = new Shape(1, 12, 15, 5);
    try (Probe probe =
        new Probe(backend, Mode.INFERENCE, in, (g, x) -> g.resize("y", x, height, width, rule))) {
      float[] source = array(zip, "x", 5 * 12 * 15);
      for (int i = 0; i < source.length; i++) {
        probe.put(probe.x, i % 180 * 5L + i / 180, source[i]);
      }
      float[] expected = array(zip, name, 5 * height * width);
      double[] y = probe.run();
      for (int i = 0; i < expected.length; i++) {
        int pixels = height * width;
        assertEquals(expected[i], y[i % pixels * 5 + i / pixels], 1e-5, name + "[" + i + "]");
      }
    }
  }
}
