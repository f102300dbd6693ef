package dev.assay.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SquaredDistancesTest {
  private static final int ROWS = 21;
  private static final int OTHER_ROWS = 9;
  private static final int COLUMNS = 45;
  private static final int STRIDE = 48;

  @Test
  void isTheSumOfSquaredDifferencesForAnyNumberOfThreads() {
    try (HostBuffer a = random(1, ROWS * STRIDE);
        HostBuffer b = random(2, OTHER_ROWS * COLUMNS);
        HostBuffer out = HostBuffer.floats("distance", ROWS * OTHER_ROWS);
        SquaredDistances kernel = new SquaredDistances()) {
      MatrixView rows = new MatrixView(Span.of(a), ROWS, COLUMNS, STRIDE);
      MatrixView others = MatrixView.dense(Span.of(b), OTHER_ROWS, COLUMNS);
      kernel.run(Exec.cpu(1), rows, others, Span.of(out));
      float[] first = new float[ROWS * OTHER_ROWS];
      for (int i = 0; i < first.length; i++) {
        first[i] = out.getFloat(i);
        double expected = expected(a, i / OTHER_ROWS, b, i % OTHER_ROWS);
        assertEquals(expected, first[i], 1e-6 * expected);
      }
      kernel.run(Exec.cpu(3), rows, others, Span.of(out));
      for (int i = 0; i < first.length; i++) {
        assertEquals(first[i], out.getFloat(i));
      }
    }
  }

  @Test
  void refusesShapesThatDoNotFit() {
    try (HostBuffer a = HostBuffer.floats("a", 12);
        HostBuffer out = HostBuffer.floats("distance", 3);
        SquaredDistances kernel = new SquaredDistances()) {
      Span span = Span.of(a);
      assertThrows(IllegalArgumentException.class, () -> new MatrixView(span, 3, 4, 5));
      assertThrows(IllegalArgumentException.class, () -> new MatrixView(span, 1, 4, 3));
      MatrixView threes = MatrixView.dense(span, 2, 3);
      MatrixView fours = MatrixView.dense(span, 2, 4);
      Exec exec = Exec.cpu(1);
      Span small = Span.of(out);
      IllegalArgumentException columns =
          assertThrows(
              IllegalArgumentException.class, () -> kernel.run(exec, threes, fours, small));
      assertTrue(columns.getMessage().contains("a has 3 columns, b 4"), columns.getMessage());
      assertThrows(IllegalArgumentException.class, () -> kernel.run(exec, fours, fours, small));
    }
  }

  private static double expected(HostBuffer a, int i, HostBuffer b, int j) {
    double sum = 0;
    for (int k = 0; k < COLUMNS; k++) {
      double difference = (double) a.getFloat(i * STRIDE + k) - b.getFloat(j * COLUMNS + k);
      sum += difference * difference;
    }
    return sum;
  }

  private static HostBuffer random(long seed, int count) {
    Random random = new Random(seed);
    HostBuffer buffer = HostBuffer.floats("features", count);
    for (int i = 0; i < count; i++) {
      buffer.putFloat(i, (float) random.nextGaussian());
    }
    return buffer;
  }
}
