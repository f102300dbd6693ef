package dev.assay.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What decides when to explore, to copy and to move, without a network. */
class SchedulesTest {
  @Test
  void epsilonFallsFromStartToEnd() {
    assertEquals(0.9, EpsilonSchedule.RALIS.at(0), 1e-15);
    assertEquals(0.05 + 0.85 / Math.E, EpsilonSchedule.RALIS.at(10), 1e-15);
    assertEquals(0.05, EpsilonSchedule.RALIS.at(1_000_000), 1e-15);
    assertThrows(IllegalArgumentException.class, () -> EpsilonSchedule.RALIS.at(-1));
    assertThrows(IllegalArgumentException.class, () -> new EpsilonSchedule(0.1, 0.2, 10));
    assertThrows(IllegalArgumentException.class, () -> new EpsilonSchedule(0.2, 0.1, 0));
  }

  @Test
  void targetIsCopiedAtTheFirstStepAndEveryFifth() {
    for (int step = 0; step < 12; step++) {
      assertEquals(step == 0 || step == 5 || step == 10, TargetSchedule.RALIS.due(step));
    }
    assertThrows(IllegalArgumentException.class, () -> new TargetSchedule(0));
  }

  @ParameterizedTest
  @EnumSource(TdLoss.class)
  void slopesAreThoseOfTheLoss(TdLoss loss) {
    for (double e = -2.95; e < 3; e += 0.1) {
      double numeric = (loss.value(e + 1e-6) - loss.value(e - 1e-6)) / 2e-6;
      assertEquals(numeric, loss.slope(e), 1e-6, "e=" + e);
    }
    assertEquals(0, loss.value(0));
  }

  @Test
  void smoothL1JoinsAtOne() {
    assertEquals(0.5, TdLoss.SMOOTH_L1.value(1));
    assertEquals(0.125, TdLoss.SMOOTH_L1.value(-0.5));
    assertEquals(2.5, TdLoss.SMOOTH_L1.value(-3));
    assertEquals(9, TdLoss.SQUARED.value(-3));
  }

  @Test
  void theLowestOfEqualCandidatesWins() {
    float[] values = {1, 3, 3, -1, -2, Float.NEGATIVE_INFINITY, -2, -9};
    try (HostBuffer q = HostBuffer.floats("q", values.length)) {
      for (int i = 0; i < values.length; i++) {
        q.putFloat(i, values[i]);
      }
      int[] actions = new int[2];
      Greedy.choose(q.address(), 2, 4, actions);
      assertArrayEquals(new int[] {1, 0}, actions);
      q.putFloat(6, Float.NaN);
      assertThrows(ArithmeticException.class, () -> Greedy.choose(q.address(), 2, 4, actions));
    }
  }

  @Test
  void configurationsAreChecked() {
    DqnConfig standard = DqnConfig.standard(1e-3, 1);
    assertEquals(1e-3 * 0.97 * 0.97, standard.learningRate().at(2), 1e-12);
    assertEquals(DqnConfig.Bootstrap.EVALUATION, standard.bootstrap());
    assertEquals(
        DqnConfig.Bootstrap.BATCH_STATISTICS,
        standard.with(DqnConfig.Bootstrap.BATCH_STATISTICS).bootstrap());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new DqnConfig(
                        1.5,
                        TdLoss.SQUARED,
                        standard.selection(),
                        standard.bootstrap(),
                        standard.learningRate(),
                        0,
                        0,
                        0))
            .getMessage();
    assertTrue(message.contains("gamma=1.5"), message);
    assertFalse(message.contains("momentum"), message);
  }
}
