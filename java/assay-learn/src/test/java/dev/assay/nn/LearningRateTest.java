package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void schedules() {
    assertEquals(0.1, LearningRate.constant(0.1).at(99));
    LearningRate exponential = LearningRate.exponential(1, 0.5, 10);
    assertEquals(1, exponential.at(9));
    assertEquals(0.25, exponential.at(20));
    LearningRate polynomial = LearningRate.polynomial(2, 100, 0.9);
    assertEquals(2, polynomial.at(0));
    assertEquals(2 * Math.pow(0.25, 0.9), polynomial.at(75), 1e-15);
    assertEquals(0, polynomial.at(100));
    assertEquals(0, polynomial.at(1000));
    LearningRate warm = LearningRate.constant(1).warmedUp(4);
    assertEquals(0.25, warm.at(0));
    assertEquals(1, warm.at(3));
    assertEquals(1, warm.at(4));
  }

  @Test
  void refusesNonsense() {
    assertThrows(IllegalArgumentException.class, () -> LearningRate.constant(0));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.polynomial(1, 0, 0.9));
    assertThrows(IllegalArgumentException.class, () -> LearningRate.exponential(1, Double.NaN, 1));
  }
}
