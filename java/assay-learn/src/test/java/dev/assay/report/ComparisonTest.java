package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.report.Comparison.Answer;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static Comparison compare(double... differences) {
    TreeMap<Long, Double> candidate = new TreeMap<>();
    TreeMap<Long, Double> baseline = new TreeMap<>();
    for (int i = 0; i < differences.length; i++) {
      // Seeds differ by far more than the strategies: only pairing finds the difference.
      baseline.put((long) i, 30.0 + 10 * i);
      candidate.put((long) i, 30.0 + 10 * i + differences[i]);
    }
    candidate.put(99L, 1000.0);
    return Comparison.of(96, candidate, baseline);
  }

  @Test
  void nothingSharedSaysNothing() {
    Comparison comparison = compare();
    assertEquals(Answer.NOT_SHOWN, comparison.answer());
    assertTrue(comparison.explanation().contains("nothing can be said"));
  }

  @Test
  void oneAndTwoSeedsNeverGiveAVerdict() {
    assertEquals(Answer.NOT_SHOWN, compare(25).answer());
    assertNull(compare(25).interval());
    Comparison two = compare(5.0, 5.000001);
    assertTrue(two.interval().low() > 0);
    assertEquals(Answer.NOT_SHOWN, two.answer());
    assertTrue(two.explanation().contains("one degree of freedom"));
  }

  @Test
  void threeSeedsDecideByTheInterval() {
    Comparison better = compare(3.0, 3.2, 3.4);
    assertEquals(3.2, better.mean(), 1e-9);
    assertEquals(Answer.YES, better.answer());
    assertEquals(Answer.NO, compare(-3.0, -3.2, -3.4).answer());
    assertEquals(Answer.NOT_SHOWN, compare(0.1, 3.2, 6.0).answer());
    assertTrue(Double.isNaN(better.signFlipP()));
  }

  @Test
  void fromSixSeedsTheSignFlipTestMustAgree() {
    Comparison all = compare(1, 1.1, 1.2, 1.3, 1.1, 1.2);
    assertEquals(2 / 64.0, all.signFlipP());
    assertEquals(Answer.YES, all.answer());
    // One of six behind: the interval may exclude 0 while 4 of 64 patterns are as extreme.
    Comparison one = compare(2, 2.1, 2.2, 2.1, 2, -0.1);
    assertTrue(one.interval().low() > 0);
    assertEquals(4 / 64.0, one.signFlipP());
    assertEquals(Answer.NOT_SHOWN, one.answer());
    assertTrue(one.explanation().contains("does not agree"));
  }
}
