package dev.assay.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** Layout, labelled distributions and the life of a step; values are held by the golden tests. */
class RalisStateTest {
  private static final int C = 5;
  private static final int IMAGES = 6;
  private static final int SIDE = 24;
  private static final RalisLayout LAYOUT = new RalisLayout(C, RalisLayout.Reading.PUBLISHED_CODE);

  private static HostBuffer logits() {
    HostBuffer buffer = HostBuffer.floats("logits", (long) IMAGES * C * SIDE * SIDE);
    Random random = new Random(3);
    for (long i = 0; i < buffer.bytes() / 4; i++) {
      buffer.putFloat(i, (float) (3 * random.nextGaussian()));
    }
    return buffer;
  }

  private static TensorView view(HostBuffer logits, int from, int count) {
    return TensorView.nchw(logits.address(), DType.F32, IMAGES, C, SIDE, SIDE).images(from, count);
  }

  @Test
  void partsFollowEachOther() {
    assertEquals(new RalisLayout.Part(0, 6), LAYOUT.classCounts());
    assertEquals(new RalisLayout.Part(6, 64), LAYOUT.entropyMin());
    assertEquals(new RalisLayout.Part(70, 64), LAYOUT.entropyAvg());
    assertEquals(new RalisLayout.Part(134, 64), LAYOUT.entropyMax());
    assertEquals(new RalisLayout.Part(198, 32), LAYOUT.labelledKl());
    assertEquals(new RalisLayout.Part(230, 32), LAYOUT.poolKl());
    assertEquals(198, LAYOUT.stateWidth());
    assertEquals(262, LAYOUT.actionWidth());
    assertEquals(197, new RalisLayout(C, RalisLayout.Reading.PAPER).stateWidth());
    assertThrows(
        IllegalArgumentException.class, () -> new RalisLayout(0, RalisLayout.Reading.PAPER));
  }

  /** All images at once, one by one, and with a state that was used before: the same bits. */
  @Test
  void batchesDoNotShow() {
    try (Engine engine = Engine.cpu(2);
        Session session = engine.session();
        RalisState state = new RalisState(session, LAYOUT);
        HostBuffer logits = logits();
        LabelledDistributions labelled = labelled();
        HostBuffer atOnce = matrix(LAYOUT.actionWidth());
        HostBuffer oneByOne = matrix(LAYOUT.actionWidth());
        HostBuffer states = matrix(LAYOUT.stateWidth());
        RegionList all = RegionList.grid(IMAGES, SIDE, SIDE, 12, 8);
        RegionList one = RegionList.grid(1, SIDE, SIDE, 12, 8)) {
      state.begin(Span.of(states), Span.of(atOnce));
      state.addStateRegions(view(logits, 0, IMAGES), all);
      state.addCandidates(view(logits, 0, IMAGES), all);
      state.finish(labelled.view());
      state.begin(Span.raw(0, 0), Span.of(oneByOne));
      for (int i = 0; i < IMAGES; i++) {
        state.addCandidates(view(logits, i, 1), one);
      }
      assertEquals(all.size(), state.candidates());
      state.finish(labelled.view());
      for (long i = 0; i < atOnce.bytes() / 4; i++) {
        assertEquals(atOnce.getFloat(i), oneByOne.getFloat(i), "element " + i);
      }
      for (long row = 0; row < all.size(); row++) {
        for (long column = 0; column < LAYOUT.stateWidth(); column++) {
          assertEquals(
              states.getFloat(row * LAYOUT.stateWidth() + column),
              atOnce.getFloat(row * LAYOUT.actionWidth() + column));
        }
        assertEquals(1, sum(atOnce, row, LAYOUT.labelledKl()), 1e-6);
        assertEquals(1, sum(atOnce, row, LAYOUT.poolKl()), 1e-6);
      }
    }
  }

  private static HostBuffer matrix(int width) {
    return HostBuffer.floats("rows", (long) IMAGES * 6 * width);
  }

  private static double sum(HostBuffer rows, long row, RalisLayout.Part part) {
    double sum = 0;
    for (int column = part.from(); column < part.end(); column++) {
      sum += rows.getFloat(row * LAYOUT.actionWidth() + column);
    }
    return sum;
  }

  @Test
  void withoutLabelledRegionsTheirPartIsZero() {
    try (Engine engine = Engine.cpu(1);
        Session session = engine.session();
        RalisState state = new RalisState(session, LAYOUT);
        HostBuffer logits = logits();
        LabelledDistributions none = new LabelledDistributions(C, 255);
        HostBuffer actions = matrix(LAYOUT.actionWidth());
        RegionList one = RegionList.grid(1, SIDE, SIDE, 12, 8)) {
      for (long i = 0; i < actions.bytes() / 4; i++) {
        actions.putFloat(i, 7);
      }
      state.begin(Span.raw(0, 0), Span.of(actions));
      state.addCandidates(view(logits, 0, 1), one);
      state.finish(none.view());
      assertEquals(0, sum(actions, 0, LAYOUT.labelledKl()));
      assertEquals(1, sum(actions, 0, LAYOUT.poolKl()), 1e-6);
      assertEquals(7f, actions.getFloat((long) one.size() * LAYOUT.actionWidth()), "behind");
    }
  }

  @Test
  void refusesCallsOutOfOrderAndTooManyRegions() {
    try (Engine engine = Engine.cpu(1);
        Session session = engine.session();
        RalisState state = new RalisState(session, LAYOUT);
        HostBuffer logits = logits();
        LabelledDistributions none = new LabelledDistributions(C, 255);
        HostBuffer actions = HostBuffer.floats("rows", LAYOUT.actionWidth());
        RegionList one = RegionList.grid(1, SIDE, SIDE, 12, 8)) {
      assertThrows(IllegalStateException.class, () -> state.finish(none.view()));
      state.begin(Span.raw(0, 0), Span.of(actions));
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> state.addCandidates(view(logits, 0, 1), one));
      assertTrue(e.getMessage().startsWith("rows: "), e.getMessage());
      assertEquals(0, state.candidates());
      assertEquals(0f, actions.getFloat(0));
      state.finish(none.view());
      assertThrows(IllegalStateException.class, () -> state.addCandidates(view(logits, 0, 1), one));
    }
  }

  /** Two images of 4 x 4 labels: the left half class 1, the right half class 4 and void. */
  private static LabelledDistributions labelled() {
    LabelledDistributions labelled = new LabelledDistributions(C, 255);
    try (HostBuffer labels = labels();
        RegionList regions = RegionList.of(2, 2, new int[] {1, 0, 0, 0, 2, 2, 0, 1, 0})) {
      labelled.add(Span.of(labels), 2, 4, 4, regions);
    }
    return labelled;
  }

  private static HostBuffer labels() {
    HostBuffer labels = HostBuffer.allocate("labels", 32);
    for (int i = 0; i < 32; i++) {
      labels.putByte(i, (byte) (i % 4 < 2 ? 1 : i % 4 == 2 ? 4 : 255));
    }
    return labels;
  }

  @Test
  void labelledRegionsBecomeProportions() {
    double[] expected = {
      1e-7, 1, 1e-7, 1e-7, 1e-7, 1e-7,
      1e-7, 1e-7, 1e-7, 1e-7, 0.5, 0.5,
      1e-7, 0.5, 1e-7, 1e-7, 0.5, 1e-7
    };
    try (LabelledDistributions labelled = labelled();
        HostBuffer labels = labels();
        RegionList many = RegionList.grid(2, 4, 4, 1, 1)) {
      assertEquals(3, labelled.size());
      for (int turn = 0; turn < 5; turn++) {
        labelled.add(Span.of(labels), 2, 4, 4, many);
      }
      assertEquals(3 + 5 * 32, labelled.size());
      long from = labelled.view().rows().address();
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], UnsafeApi.getDouble(from + 8L * i), "element " + i);
      }
      assertEquals(1.0, UnsafeApi.getDouble(from + 8L * (6 * labelled.size() - 1)));
      labelled.clear();
      assertEquals(0, labelled.view().count());
    }
  }

  /** Counted pixels give the rows that their label map gives. */
  @Test
  void countsBecomeTheSameProportions() {
    try (LabelledDistributions counted = new LabelledDistributions(C, 255);
        LabelledDistributions labelled = labelled()) {
      counted.add(new long[] {0, 4, 0, 0, 0}, 0);
      counted.add(new long[] {0, 0, 0, 0, 2}, 2);
      counted.add(new long[] {0, 2, 0, 0, 2}, 0);
      assertEquals(3, counted.size());
      for (int i = 0; i < 3 * (C + 1); i++) {
        assertEquals(
            UnsafeApi.getDouble(labelled.view().rows().address() + 8L * i),
            UnsafeApi.getDouble(counted.view().rows().address() + 8L * i),
            "element " + i);
      }
      assertThrows(IllegalArgumentException.class, () -> counted.add(new long[C + 1], 1));
      assertThrows(IllegalArgumentException.class, () -> counted.add(new long[C], 0));
      assertThrows(
          IllegalArgumentException.class, () -> counted.add(new long[] {-1, 9, 0, 0, 0}, 0));
      assertEquals(3, counted.size());
    }
  }

  @Test
  void refusesUnknownLabelsAndRegionsOutside() {
    try (LabelledDistributions labelled = new LabelledDistributions(C, 255);
        HostBuffer labels = labels();
        RegionList inside = RegionList.of(2, 2, new int[] {0, 0, 0, 0, 2, 0});
        RegionList outside = RegionList.of(2, 2, new int[] {0, 3, 0})) {
      labels.putByte(3, (byte) C);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> labelled.add(Span.of(labels), 2, 4, 4, inside));
      assertEquals("region 1: 1 label(s) are neither in [0, 5) nor void=255", e.getMessage());
      assertThrows(
          IllegalArgumentException.class, () -> labelled.add(Span.of(labels), 2, 4, 4, outside));
      assertThrows(
          IllegalArgumentException.class, () -> labelled.add(Span.of(labels), 3, 4, 4, inside));
      assertEquals(0, labelled.size());
    }
  }
}
