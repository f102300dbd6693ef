package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.GoldenFile;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** AUC@B against the independent vectors 10_auc. */
class GoldenAreaUnderCurveTest {
  @Test
  void curves() throws IOException {
    try (NpzReader npz = GoldenFile.open("10_auc")) {
      double[] expected = doubles(npz, "curve_auc");
      double[] x = doubles(npz, "curve_x");
      double[] miou = doubles(npz, "curve_miou");
      int points = x.length / expected.length;
      assertTrue(expected.length > 0 && points > 1);
      for (int i = 0; i < expected.length; i++) {
        double area = Series.areaUnderCurve(row(x, i, points), row(miou, i, points));
        assertEquals(expected[i], area, 1e-9);
      }
    }
  }

  /** Constant curves over five equal steps, as published to two digits. */
  @Test
  void publishedRows() throws IOException {
    try (NpzReader npz = GoldenFile.open("10_auc")) {
      double[] step = doubles(npz, "row_step");
      double[] miou = doubles(npz, "row_miou");
      double[] published = doubles(npz, "row_auc_published");
      double[] formula = doubles(npz, "row_auc_formula");
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
  }

  private static double[] row(double[] all, int i, int length) {
    return Arrays.copyOfRange(all, i * length, (i + 1) * length);
  }

  private static double[] doubles(NpzReader npz, String name) throws IOException {
    try (NdArray array = npz.read(name)) {
      double[] values = new double[(int) array.count()];
      Arrays.setAll(values, array::getDouble);
      return values;
    }
  }
}
