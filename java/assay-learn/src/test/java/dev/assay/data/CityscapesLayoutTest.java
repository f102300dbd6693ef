package dev.assay.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small folders in the layouts of Cityscapes and GTAV. */
final class CityscapesLayoutTest {
  private static final int W = 16;
  private static final int H = 8;

  /** Train ids by labelId, as the benchmark's own label table prints them; 255 is void. */
  private static final int[] PUBLISHED = {
    255, 255, 255, 255, 255, 255, 255, 0, 1, 255, 255, 2, 3, 4, 255, 255, 255, 5, 255, 6, 7, 8, 9,
    10, 11, 12, 13, 14, 15, 255, 255, 16, 17, 18
  };

  @TempDir Path root;

  @Test
  void readsLabelIdsAsTrainIds() throws IOException {
    image("train", "aachen", "aachen_000000_000019");
    image("train", "zurich", "zurich_000001_000019");
    image("train", "aachen", "aachen_000001_000019");
    PairedImages train = CityscapesLayout.open(root, "train");
    assertEquals(3, train.size());
    assertEquals("aachen_000000_000019", train.id(0));
    assertEquals("aachen_000001_000019", train.id(1));
    assertEquals("zurich_000001_000019", train.id(2));
    byte[] labels = train.decode(0).labels();
    for (int p = 0; p < labels.length; p++) {
      int id = p % (PUBLISHED.length + 1);
      int expected = id < PUBLISHED.length ? PUBLISHED[id] : ClassSet.IGNORE;
      assertEquals(expected, labels[p] & 0xff, "labelId " + id);
    }
  }

  @Test
  void opensAsADataSetThatMeasuresOnVal() throws IOException {
    image("train", "aachen", "aachen_000000_000019");
    image("val", "munster", "munster_000000_000019");
    DataSpec spec = DataSpec.cityscapes(root, 1, root.resolve("cache"));
    try (DataSet data = DataSets.open(spec)) {
      assertSame(ClassSet.CITYSCAPES, data.classes());
      assertEquals("aachen_000000_000019", data.train().id(0));
      assertEquals("munster_000000_000019", data.val().id(0));
      assertEquals("munster_000000_000019", data.test().id(0));
    }
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    message(() -> CityscapesLayout.open(root, "train"), "leftImg8bit/train: found nothing");
    image("train", "aachen", "aachen_000000_000019");
    Path mask = root.resolve("gtFine/train/aachen/aachen_000000_000019_gtFine_labelIds.png");
    Files.delete(mask);
    message(() -> CityscapesLayout.open(root, "train"), "found no mask; expected its mask " + mask);
    Files.createDirectories(root.resolve("leftImg8bit/val"));
    Files.createDirectories(root.resolve("gtFine/val"));
    message(() -> CityscapesLayout.open(root, "val"), "found no city folder");
    Pngs.image(root.resolve("leftImg8bit/train/aachen/a.png"), W, H, 0);
    message(() -> CityscapesLayout.open(root, "train"), "expected a name ending in _leftImg8bit");
  }

  @Test
  void refusesValuesThatAreNoLabelIds() throws IOException {
    image("train", "aachen", "aachen_000000_000019");
    Path mask = root.resolve("gtFine/train/aachen/aachen_000000_000019_gtFine_labelIds.png");
    Pngs.mask(mask, W, H, 35, 3, 2);
    message(
        () -> CityscapesLayout.open(root, "train").decode(0),
        "found label 35 at x=3, y=2; expected a labelId in [0, 34] or 255");
  }

  @Test
  void readsPaletteMasksOfGtav() throws IOException {
    Pngs.image(root.resolve("images/00001.png"), W, H, 1);
    byte[] ramp = new byte[256];
    BufferedImage mask =
        new BufferedImage(
            W,
            H,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, ramp.length, ramp, ramp, ramp));
    int[] ids = {7, 8, 23, 20, 19, 28, 25, 33, 34, 12};
    for (int x = 0; x < ids.length; x++) {
      mask.getRaster().setSample(x, 0, 0, ids[x]);
    }
    Pngs.write(mask, root.resolve("labels/00001.png"));
    assertArrayEquals(
        new int[] {0, 1, 10, 7, 6, 15, 12, 18, 255, 3}, labels(ClassSet.CITYSCAPES, ids.length));
    assertArrayEquals(
        new int[] {3, 4, 0, 6, 6, 8, 10, 10, 255, 255}, labels(ClassSet.CAMVID, ids.length));
    try (ImagePack pack =
        DataSets.gtav(root, ClassSet.CAMVID, 1, root.resolve("cache"), Progress.NONE)) {
      assertEquals(List.of("00001.png"), List.of(pack.id(0)));
    }
  }

  private int[] labels(ClassSet classes, int count) throws IOException {
    byte[] labels = GtavLayout.open(root, classes).decode(0).labels();
    int[] first = new int[count];
    for (int x = 0; x < count; x++) {
      first[x] = labels[x] & 0xff;
    }
    return first;
  }

  /** An image whose mask runs through all labelIds, and 255 for -1. */
  private void image(String split, String city, String name) throws IOException {
    Path folder = root.resolve("leftImg8bit").resolve(split).resolve(city);
    Pngs.image(folder.resolve(name + "_leftImg8bit.png"), W, H, 0);
    BufferedImage mask = new BufferedImage(W, H, BufferedImage.TYPE_BYTE_GRAY);
    for (int p = 0; p < W * H; p++) {
      int id = p % (PUBLISHED.length + 1);
      mask.getRaster().setSample(p % W, p / W, 0, id < PUBLISHED.length ? id : 255);
    }
    Path masks = root.resolve("gtFine").resolve(split).resolve(city);
    Pngs.write(mask, masks.resolve(name + "_gtFine_labelIds.png"));
  }

  private static void message(org.junit.jupiter.api.function.Executable call, String expected) {
    String message = assertThrows(BadDataException.class, call).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
