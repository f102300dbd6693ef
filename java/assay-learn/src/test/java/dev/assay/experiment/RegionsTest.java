package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.data.DataSet;
import dev.assay.data.TrainingItems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The grid, and what the oracle gives away. */
class RegionsTest {
  @TempDir Path temp;

  @Test
  void camvidHasTwentyFourRegionsXOuterYInner() {
    RegionGrid grid = new RegionGrid(480, 360, 80, 90);
    assertEquals(24, grid.perImage());
    assertEquals(0, grid.uncoveredPixels());
    assertArrayEquals(new int[] {0, 0, 0, 0, 80}, IntStream.range(0, 5).map(grid::x).toArray());
    assertArrayEquals(new int[] {0, 90, 180, 270, 0}, IntStream.range(0, 5).map(grid::y).toArray());
    assertEquals(400, grid.x(23));
    assertEquals(270, grid.y(23));
    assertThrows(IndexOutOfBoundsException.class, () -> grid.x(24));
  }

  @Test
  void pixelsThatNoRegionCoversAreCounted() {
    assertEquals(80, new RegionGrid(50, 40, 12, 10).uncoveredPixels());
    assertThrows(ConfigException.class, () -> new RegionGrid(50, 40, 51, 10));
  }

  @Test
  void labelsOutsideTheChosenRegionsStayHidden() throws IOException {
    try (DataSet data = TinyWorld.data(temp);
        LabelledSet labelled =
            new LabelledSet(
                data.train(), new RegionGrid(TinyWorld.WIDTH, TinyWorld.HEIGHT, 12, 8))) {
      Oracle oracle = new Oracle(data.train(), 11);
      // Region 5 is column 1, row 1; region 15 is column 3, row 3.
      Oracle.Revealed revealed = oracle.reveal(labelled, 2, 5);
      oracle.reveal(labelled, 2, 15);
      TrainingItems items = labelled.items(new int[0]);
      assertEquals(2, items.size());
      long plane = items.labelAddress(0);
      assertEquals(plane, items.labelAddress(1));
      long visible = 0;
      for (int y = 0; y < TinyWorld.HEIGHT; y++) {
        for (int x = 0; x < TinyWorld.WIDTH; x++) {
          boolean inside = (x >= 12 && x < 24 && y >= 8 && y < 16) || (x >= 36 && y >= 24);
          int at = y * TinyWorld.WIDTH + x;
          int expected = inside ? data.train().labels(2).getByte(at) & 0xff : 255;
          assertEquals(expected, UnsafeApi.getByte(plane + at) & 0xff, "x=" + x + " y=" + y);
          visible += expected == 255 ? 0 : 1;
        }
      }
      assertTrue(visible > 0);
      assertEquals(visible, labelled.labelledPixels());
      assertEquals(
          96, revealed.ignoredPixels() + revealed.classPixels().stream().mapToLong(v -> v).sum());
    }
  }

  @Test
  void aRegionIsRevealedOnce() throws IOException {
    try (DataSet data = TinyWorld.data(temp);
        LabelledSet labelled =
            new LabelledSet(
                data.train(), new RegionGrid(TinyWorld.WIDTH, TinyWorld.HEIGHT, 12, 8))) {
      Oracle oracle = new Oracle(data.train(), 11);
      oracle.reveal(labelled, 0, 0);
      ExperimentException e =
          assertThrows(ExperimentException.class, () -> oracle.reveal(labelled, 0, 0));
      assertTrue(e.getMessage().contains("region 0 of train_0.png"), e.getMessage());
      assertEquals(1, labelled.size());
      assertEquals(1, labelled.countIn(0));
      assertEquals(0, labelled.countIn(1));
    }
  }

  @Test
  void pretrainingImagesComeWholeAndFirst() throws IOException {
    try (DataSet data = TinyWorld.data(temp);
        LabelledSet labelled =
            new LabelledSet(
                data.train(), new RegionGrid(TinyWorld.WIDTH, TinyWorld.HEIGHT, 12, 8))) {
      new Oracle(data.train(), 11).reveal(labelled, 3, 1);
      TrainingItems items = labelled.items(new int[] {7, 8});
      assertEquals(3, items.size());
      assertEquals(data.train().labelAddress(8), items.labelAddress(1));
      assertEquals(null, items.focus(0));
      assertEquals(8, items.focus(2).y());
      assertEquals(data.train().rgbAddress(3), items.rgbAddress(2));
    }
  }
}
