package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
  /** The usual printed table of Student's t, upper quantiles to three digits. */
  @ParameterizedTest
  @CsvSource({
    "0.95,1,6.314", "0.975,1,12.706", "0.995,1,63.657", "0.95,2,2.920", "0.975,2,4.303",
    "0.975,3,3.182", "0.95,4,2.132", "0.975,4,2.776", "0.995,5,4.032", "0.90,7,1.415",
    "0.975,9,2.262", "0.95,10,1.812", "0.975,19,2.093", "0.975,30,2.042", "0.995,60,2.660",
    "0.975,120,1.980"
  })
  void quantilesMatchThePublishedTable(double probability, int degrees, double expected) {
    assertEquals(expected, Statistics.studentQuantile(probability, degrees), 5.1e-4);
    assertEquals(-expected, Statistics.studentQuantile(1 - probability, degrees), 5.1e-4);
  }

  @Test
  void closedFormsOfOneAndTwoDegrees() {
    for (double t : new double[] {-30, -2, -0.1, 0, 0.7, 5, 100}) {
      assertEquals(0.5 + Math.atan(t) / Math.PI, Statistics.studentCdf(t, 1), 1e-12);
      assertEquals(0.5 + t / (2 * Math.sqrt(2 + t * t)), Statistics.studentCdf(t, 2), 1e-12);
    }
  }

  @Test
  void quantileInvertsTheDistribution() {
    for (int degrees : new int[] {1, 2, 3, 8, 40, 1000}) {
      for (double p : new double[] {0.001, 0.2, 0.5, 0.8, 0.9995}) {
        assertEquals(
            p, Statistics.studentCdf(Statistics.studentQuantile(p, degrees), degrees), 1e-10);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> Statistics.studentQuantile(1, 3));
    assertThrows(IllegalArgumentException.class, () -> Statistics.studentQuantile(0.5, 0));
  }

  @Test
  void logGammaOfFactorialsAndAHalf() {
    assertEquals(0, Statistics.logGamma(1), 1e-13);
    assertEquals(Math.log(24), Statistics.logGamma(5), 1e-13);
    assertEquals(0.5 * Math.log(Math.PI), Statistics.logGamma(0.5), 1e-13);
  }

  @Test
  void meanDeviationAndInterval() {
    double[] values = {2, 4, 4, 4, 5, 5, 7, 9};
    assertEquals(5, Statistics.mean(values));
    assertEquals(Math.sqrt(32 / 7.0), Statistics.standardDeviation(values), 1e-14);
    assertTrue(Double.isNaN(Statistics.standardDeviation(new double[] {3})));
    // t(0.975, 7) = 2.364624
    Statistics.Interval interval = Statistics.meanInterval(values, 0.95);
    double half = 2.364624 * Math.sqrt(32 / 7.0 / 8);
    assertEquals(5 - half, interval.low(), 1e-5);
    assertEquals(5 + half, interval.high(), 1e-5);
    assertThrows(
        IllegalArgumentException.class, () -> Statistics.meanInterval(new double[] {1}, 0.95));
  }

  @Test
  void signFlipCountsPatterns() {
    assertEquals(1.0, Statistics.signFlipPValue(new double[] {0.4}));
    assertEquals(2 / 8.0, Statistics.signFlipPValue(new double[] {1, 2, 3}));
    // |sum| >= 2 of (1, 2, -1): 4 patterns give +-4 or +-2 once each, two more give +-2.
    assertEquals(6 / 8.0, Statistics.signFlipPValue(new double[] {1, 2, -1}));
    assertEquals(2 / 64.0, Statistics.signFlipPValue(new double[] {1, 2, 3, 4, 5, 6}));
    assertEquals(1.0, Statistics.signFlipPValue(new double[] {1, -1, 2, -2}));
    assertEquals(1.0, Statistics.signFlipPValue(new double[] {0, 0, 0}));
    assertTrue(Double.isNaN(Statistics.signFlipPValue(new double[21])));
    assertTrue(Double.isNaN(Statistics.signFlipPValue(new double[0])));
  }

  @Test
  void sharesAndTheirEntropy() {
    assertEquals(Math.log(4), Shares.entropyNats(Shares.of(new long[] {5, 5, 5, 5})), 1e-14);
    assertEquals(0, Shares.entropyNats(Shares.of(new long[] {0, 9, 0})));
    assertEquals(0, Shares.entropyNats(Shares.of(new long[] {0, 0})));
    assertEquals(0.25, Shares.of(new long[] {1, 3})[0]);
  }
}
