package dev.assay.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfusionTest {
  private static final int CLASSES = 11;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 33, 4097, 100_003})
  void countsAsAPlainLoopDoes(int count) {
    Random random = new Random(count);
    long[] expected = new long[CLASSES * CLASSES];
    try (HostBuffer truth = HostBuffer.allocate("truth", count);
        HostBuffer prediction = HostBuffer.allocate("prediction", count);
        Confusion confusion = new Confusion(CLASSES)) {
      for (int i = 0; i < count; i++) {
        int t = random.nextInt(CLASSES + 1);
        int p = random.nextInt(CLASSES);
        truth.putByte(i, (byte) (t == CLASSES ? 255 : t));
        prediction.putByte(i, (byte) p);
        if (t < CLASSES) {
          expected[t * CLASSES + p]++;
        }
      }
      for (int threads : new int[] {1, 2, 0}) {
        ConfusionMatrix matrix =
            confusion.run(Exec.cpu(threads), Span.of(truth), Span.of(prediction), count, 255);
        assertArrayEquals(expected, matrix.counts());
      }
    }
  }

  @Test
  void countsIntoTheCallersMemoryWhatTheMatrixHolds() {
    try (HostBuffer truth = HostBuffer.allocate("truth", 4);
        HostBuffer prediction = HostBuffer.allocate("prediction", 4);
        HostBuffer counts = HostBuffer.allocate("counts", 8L * CLASSES * CLASSES);
        Confusion confusion = new Confusion(CLASSES)) {
      truth.putByte(2, (byte) 7);
      prediction.putByte(3, (byte) 5);
      Span t = Span.of(truth);
      Span p = Span.of(prediction);
      for (int call = 0; call < 2; call++) {
        confusion.run(Exec.cpu(1), t, p, 4, 255, Span.of(counts));
      }
      ConfusionMatrix matrix = confusion.run(Exec.cpu(1), t, p, 4, 255);
      for (int i = 0; i < CLASSES * CLASSES; i++) {
        long counted = counts.view().getLong(8 * i);
        assertEquals(matrix.counts()[i], counted, "entry " + i);
      }
      Span small = Span.of(counts, 0, 8);
      assertThrows(
          IllegalArgumentException.class, () -> confusion.run(Exec.cpu(1), t, p, 4, 255, small));
    }
  }

  @Test
  void refusesLabelsThatAreNoClass() {
    try (HostBuffer truth = HostBuffer.allocate("truth", 4);
        HostBuffer prediction = HostBuffer.allocate("prediction", 4);
        Confusion confusion = new Confusion(CLASSES)) {
      truth.putByte(2, (byte) 12);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> confusion.run(Exec.cpu(1), Span.of(truth), Span.of(prediction), 4, 255));
      assertTrue(e.getMessage().contains("1 pixel(s)"), e.getMessage());
    }
  }

  @Test
  void refusesSpansThatAreTooSmall() {
    try (HostBuffer truth = HostBuffer.allocate("truth", 4);
        Confusion confusion = new Confusion(CLASSES)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> confusion.run(Exec.cpu(1), Span.of(truth), Span.of(truth), 5, 255));
      assertEquals("truth: 4 bytes must be at least 5", e.getMessage());
    }
  }

  @Test
  void leasesItsInputsAndRefusesClosedOnes() {
    HostBuffer truth = HostBuffer.allocate("truth", 4);
    Span span = Span.of(truth);
    truth.close();
    try (Confusion confusion = new Confusion(CLASSES)) {
      assertThrows(
          IllegalStateException.class, () -> confusion.run(Exec.cpu(1), span, span, 4, 255));
      // The failed call left the instance usable.
      assertEquals(0, confusion.run(Exec.cpu(1), Span.raw(8, 0), Span.raw(8, 0), 0, -1).total());
    }
  }

  @Test
  void refusesCallsAfterClose() {
    Confusion confusion = new Confusion(CLASSES);
    confusion.close();
    confusion.close();
    assertThrows(
        IllegalStateException.class,
        () -> confusion.run(Exec.cpu(1), Span.raw(8, 0), Span.raw(8, 0), 0, -1));
  }

  @Test
  void meansOverTheClassesPresentInTruthOrPrediction() {
    // Class 2 is in neither; class 1 is only predicted.
    ConfusionMatrix matrix = ConfusionMatrix.of(3, new long[] {6, 2, 0, 0, 0, 0, 0, 0, 0});
    assertArrayEquals(new double[] {0.75, 0, Double.NaN}, matrix.iou());
    assertEquals(0.375, matrix.miou());
    assertEquals(0.75, matrix.accuracy());
    assertEquals(Double.NaN, ConfusionMatrix.empty(3).miou());
    assertEquals(16, matrix.plus(matrix).total());
  }
}
