package dev.assay.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StateRowsTest {
  @Test
  void asManyAsExpectedAreAllOfThem() {
    assertArrayEquals(IntStream.range(0, 9).toArray(), StateRows.resample(9, 9, 1));
  }

  @Test
  void ofMoreSomeAreDrawnOnce() {
    int[] rows = StateRows.resample(100, 30, 1);
    assertEquals(30, rows.length);
    assertEquals(30, Arrays.stream(rows).distinct().count());
    assertAscending(rows);
    assertTrue(rows[0] >= 0 && rows[29] < 100);
    assertArrayEquals(rows, StateRows.resample(100, 30, 1));
    assertFalse(Arrays.equals(rows, StateRows.resample(100, 30, 2)));
  }

  @Test
  void ofFewerEachComesEquallyOftenButForSome() {
    int[] rows = StateRows.resample(7, 24, 3);
    assertEquals(24, rows.length);
    assertAscending(rows);
    for (int row = 0; row < 7; row++) {
      int wanted = row;
      long times = Arrays.stream(rows).filter(r -> r == wanted).count();
      assertTrue(times == 3 || times == 4, row + ": " + times);
    }
  }

  private static void assertAscending(int[] rows) {
    for (int i = 1; i < rows.length; i++) {
      assertTrue(rows[i - 1] <= rows[i]);
    }
  }
}
