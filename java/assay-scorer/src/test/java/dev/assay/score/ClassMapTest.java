package dev.assay.score;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** Which class counts as which, and what that does to feature rows. */
class ClassMapTest {
  private static final List<String> DATA = List.of("car", "lorry", "sky", "cat");
  private static final List<String> POLICY = List.of("sky", "road", "car");
  private static final Map<String, String> GIVEN = Map.of("lorry", "car", "cat", "-");
  private static final float ABSENT = (float) RalisFeatures.ABSENT_CLASS;

  @Test
  void classesGoByNameUnlessGiven() {
    ClassMap map = ClassMap.byName(DATA, POLICY, GIVEN);
    assertEquals(4, map.dataClasses());
    assertEquals(3, map.policyClasses());
    assertArrayEquals(new int[] {2}, map.sources(0));
    assertArrayEquals(new int[] {}, map.sources(1));
    assertArrayEquals(new int[] {0, 1}, map.sources(2));
    ClassMap swapped = ClassMap.byName(List.of("a", "b"), List.of("a", "b"), Map.of("a", "b"));
    assertArrayEquals(new int[] {}, swapped.sources(0));
    assertArrayEquals(new int[] {0, 1}, swapped.sources(1));
  }

  @Test
  void namesThatNothingHasAreRefused() {
    refused("the policy has no classes [lorry, cat]; say which of [sky, road, car]", Map.of());
    refused("'bus' must be one of the data's", Map.of("bus", "car"));
    refused("'bus' must be one of the policy's", Map.of("lorry", "bus", "cat", "-"));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new RalisFeatures(
                new RalisLayout(4, RalisLayout.Reading.PAPER),
                ClassMap.byName(DATA, POLICY, GIVEN)));
  }

  private static void refused(String part, Map<String, String> given) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ClassMap.byName(DATA, POLICY, given))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  /** Two regions of 100 pixels: car, lorry, sky, cat. */
  @Test
  void countsAddUpInTheRows() {
    assertArrayEquals(
        new float[] {50, ABSENT, 30, ABSENT, ABSENT, ABSENT, 100, ABSENT},
        rows(RalisLayout.Reading.PUBLISHED_CODE, 4));
    assertArrayEquals(new float[] {0.5f, 0, 0.3f, 0, 0, 1}, rows(RalisLayout.Reading.PAPER, 3));
  }

  /** The first {@code width} columns of both rows. */
  private static float[] rows(RalisLayout.Reading reading, int width) {
    RalisFeatures features =
        new RalisFeatures(new RalisLayout(3, reading), ClassMap.byName(DATA, POLICY, GIVEN));
    int[] counts = {10, 20, 50, 20, 0, 100, 0, 0};
    float[] found = new float[2 * width];
    try (HostBuffer histogram = HostBuffer.allocate("counts", 4L * counts.length);
        HostBuffer cells = HostBuffer.floats("cells", 2 * 64);
        HostBuffer rows = HostBuffer.floats("rows", 2L * features.layout().stateWidth())) {
      for (int i = 0; i < counts.length; i++) {
        UnsafeApi.putInt(histogram.address() + 4L * i, counts[i]);
      }
      Span entropy = Span.of(cells);
      features.writeState(
          new RalisFeatures.Source(Span.of(histogram), entropy, entropy, entropy),
          2,
          Span.of(rows),
          0);
      for (int i = 0; i < found.length; i++) {
        found[i] = rows.getFloat((long) i / width * features.layout().stateWidth() + i % width);
      }
    }
    return found;
  }
}
