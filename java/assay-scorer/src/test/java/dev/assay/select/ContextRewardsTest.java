package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import org.junit.jupiter.api.Test;

class ContextRewardsTest {
  @Test
  void moreImagesThanAreHeldAtATime() {
    // On a line at 0, 1, 2, ..., with 0 and 1000 selected.
    int images = 2500;
    try (HostBuffer all = HostBuffer.floats("all", images);
        HostBuffer some = HostBuffer.floats("selected", 2);
        ContextRewards rewards = new ContextRewards(Exec.cpu(2))) {
      double sum = 0;
      for (int i = 0; i < images; i++) {
        all.putFloat(i, i / 1000f);
        sum += Math.min(i, Math.abs(i - 1000)) / 1000.0;
      }
      some.putFloat(1, 1);
      double found =
          rewards.visualRepresentation(
              MatrixView.dense(Span.of(all), images, 1), MatrixView.dense(Span.of(some), 2, 1));
      assertEquals(Math.exp(-sum / images), found, 1e-6);
    }
  }

  @Test
  void aClassWithoutPixelsCountsAsOne() {
    double expected = Math.log(4 / 2.0) + Math.log(1 / 2.0);
    assertEquals(expected, ContextRewards.semanticRepresentation(new long[] {4, 0}, 2), 1e-12);
    assertEquals(0.75 * 2 + 0.25 * (3 + 5), ContextRewards.total(2, 3, 5, 0.75), 1e-12);
  }

  @Test
  void refusesWhatHasNoReward() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ContextRewards.semanticRepresentation(new long[] {1}, 0));
    try (HostBuffer one = HostBuffer.floats("one", 1);
        ContextRewards rewards = new ContextRewards(Exec.cpu(1))) {
      MatrixView image = MatrixView.dense(Span.of(one), 1, 1);
      MatrixView none = image.rows(1, 0);
      assertThrows(IllegalArgumentException.class, () -> rewards.visualRepresentation(image, none));
      assertThrows(IndexOutOfBoundsException.class, () -> image.rows(1, 1));
    }
  }
}
