package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

class AreaUnderCurveTest {
  @Test
  void trapezoidsByHand() {
    double area = Series.areaUnderCurve(new double[] {0.1, 0.2, 0.4}, new double[] {40, 50, 60});
    assertEquals(0.1 * 45 + 0.2 * 55, area, 1e-12);
    assertEquals(0, Series.areaUnderCurve(new double[] {0.1}, new double[] {40}));
    assertThrows(
        IllegalArgumentException.class, () -> Series.areaUnderCurve(new double[2], new double[3]));
  }

  @Test
  void constantCurveIsHeightTimesWidth() {
    double area =
        Series.areaUnderCurve(
            new double[] {0.1, 0.15, 0.2, 0.3, 0.5}, new double[] {70, 70, 70, 70, 70});
    assertEquals(70 * 0.4, area, 1e-12);
  }

  @Test
  void goldenCurves() throws IOException {
    Path file = SharedData.require("golden/10_auc.npz");
    try (ZipFile zip = new ZipFile(file.toFile())) {
      double[] expected = doubles(zip, "curve_auc");
      double[] x = doubles(zip, "curve_x");
      double[] miou = doubles(zip, "curve_miou");
      int points = x.length / expected.length;
      assertTrue(expected.length > 0 && points > 1);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(
            expected[i], Series.areaUnderCurve(row(x, i, points), row(miou, i, points)), 1e-9);
      }
      publishedRows(zip);
    }
  }

  /** Constant curves over five equal steps, as published to two digits. */
  private static void publishedRows(ZipFile zip) throws IOException {
    double[] step = doubles(zip, "row_step");
    double[] miou = doubles(zip, "row_miou");
    double[] published = doubles(zip, "row_auc_published");
    double[] formula = doubles(zip, "row_auc_formula");
    for (int i = 0; i < step.length; i++) {
      double[] x = new double[5];
      double[] y = new double[5];
      for (int k = 0; k < 5; k++) {
        x[k] = (k + 1) * step[i];
        y[k] = miou[i];
      }
      double area = Series.areaUnderCurve(x, y);
      assertEquals(formula[i], area, 1e-9);
      assertEquals(published[i], area, 0.005 + 1e-9);
    }
  }

  private static double[] row(double[] all, int i, int length) {
    return Arrays.copyOfRange(all, i * length, (i + 1) * length);
  }

  /** A little-endian float64 array of an npz archive, flattened. */
  private static double[] doubles(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name + ".npy");
    ByteBuffer bytes =
        ByteBuffer.wrap(zip.getInputStream(entry).readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
    int header = bytes.getShort(8) & 0xffff;
    String text = new String(bytes.array(), 10, header, StandardCharsets.US_ASCII);
    assertTrue(text.contains("<f8"), name + " is " + text);
    double[] values = new double[(bytes.capacity() - 10 - header) / 8];
    bytes.position(10 + header);
    bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    return values;
  }
}
