package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
}
