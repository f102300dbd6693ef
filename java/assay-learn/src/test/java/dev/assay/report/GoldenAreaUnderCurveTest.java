package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** AUC@B against independent vectors, and against rows that Mittal et al. published. */
class GoldenAreaUnderCurveTest {
  /** A published curve has five equal steps' ends. */
  private static final int POINTS = 5;

  private static Path golden() {
    String shared = System.getProperty("assay.shared", System.getenv("ASSAY_SHARED"));
    Path base =
        shared == null
            ? Path.of(System.getProperty("assay.root", ".")).resolve("../shared")
            : Path.of(shared);
    return base.resolve("golden/10_auc.npz");
  }

  private static boolean isMissing() {
    if (Files.exists(golden())) {
      return false;
    }
    System.out.println("SKIPPED: golden AUC@B: no " + golden() + "; set ASSAY_SHARED");
    return true;
  }

  private static double[] row(NdArray array, int row) {
    double[] values = new double[POINTS];
    Arrays.setAll(values, k -> array.getDouble((long) row * POINTS + k));
    return values;
  }

  @Test
  void curvesAgreeWithTheGoldenOnes() throws IOException {
    if (isMissing()) {
      return;
    }
    try (NpzReader file = NpzReader.open(golden());
        NdArray x = file.read("curve_x");
        NdArray miou = file.read("curve_miou");
        NdArray expected = file.read("curve_auc")) {
      for (int i = 0; i < expected.count(); i++) {
        assertEquals(
            expected.getDouble(i),
            Series.areaUnderCurve(row(x, i), row(miou, i)),
            1e-9,
            "row " + i);
      }
    }
  }

  /** All labels from the start: the curve is level, and the paper prints two digits of its area. */
  @Test
  void fullyLabelledRowsAreThePublishedOnes() throws IOException {
    if (isMissing()) {
      return;
    }
    try (NpzReader file = NpzReader.open(golden());
        NdArray step = file.read("row_step");
        NdArray miou = file.read("row_miou");
        NdArray formula = file.read("row_auc_formula");
        NdArray published = file.read("row_auc_published")) {
      for (int i = 0; i < step.count(); i++) {
        double[] fractions = new double[POINTS];
        double[] level = new double[POINTS];
        for (int k = 0; k < POINTS; k++) {
          fractions[k] = (k + 1) * step.getDouble(i);
          level[k] = miou.getDouble(i);
        }
        double area = Series.areaUnderCurve(fractions, level);
        assertEquals(formula.getDouble(i), area, 1e-9, "row " + i);
        assertEquals(published.getDouble(i), area, 0.005, "row " + i);
      }
    }
  }
}
