package dev.assay.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole images are normalised by ImageNet's constants; unused slots are empty. */
final class ImageBatchesTest {
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] STD = {0.229, 0.224, 0.225};

  @TempDir Path folder;

  @Test
  void fillsImagesLabelsAndEmptySlots() throws IOException {
    SceneConfig config = SceneConfig.camvidLike(40, 32, 2);
    SceneSource source = new SceneSource(config, SceneSource.Split.VAL, 4);
    try (ImagePack pack = ImagePack.openOrBuild(folder.resolve("p"), source, Progress.NONE);
        Batch batch = new Batch(3, 32, 40);
        Batch other = new Batch(1, 32, 41)) {
      batch.images().putFloat(3 * 2 * 32 * 40, 7);
      ImageBatches.fill(batch, pack, new int[] {0, 3, 1}, 1, 2);
      int[] shown = {3, 1};
      int pixels = 32 * 40;
      for (int k = 0; k < 2; k++) {
        DecodedImage image = source.decode(shown[k]);
        for (int p = 0; p < pixels; p++) {
          long at = (long) k * pixels + p;
          assertEquals(image.labels()[p], batch.labels().getByte(at));
          for (int c = 0; c < 3; c++) {
            double value = ((image.rgb()[3 * p + c] & 0xff) / 255.0 - MEAN[c]) / STD[c];
            assertEquals(value, batch.images().getFloat(3 * at + c), 1e-6);
          }
        }
      }
      for (long at = 2L * pixels; at < 3L * pixels; at++) {
        assertEquals(ClassSet.IGNORE, batch.labels().getByte(at) & 0xff);
        assertEquals(0f, batch.images().getFloat(3 * at));
      }
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> ImageBatches.fill(other, pack, new int[] {0}, 0, 1));
      assertEquals(
          "image val-0000-000.png is 40x32, the batch is 41x32; they must be equal",
          e.getMessage());
      assertThrows(
          IllegalArgumentException.class, () -> ImageBatches.fill(batch, pack, new int[9], 0, 4));
    }
  }

  @Test
  void supervisedItemsAreThePacksImages() throws IOException {
    SceneSource source =
        new SceneSource(SceneConfig.camvidLike(40, 32, 2), SceneSource.Split.VAL, 4);
    try (ImagePack pack = ImagePack.openOrBuild(folder.resolve("p"), source, Progress.NONE)) {
      TrainingItems items = TrainingItems.allOf(pack);
      try (BatchLoader loader =
          new BatchLoader(items, new LoaderConfig(4, 40, 32, false, 1, false, 1, 1, 1, 2), 0)) {
        Batch batch = loader.next();
        try (Batch whole = new Batch(4, 32, 40)) {
          ImageBatches.fill(whole, pack, new int[] {0, 1, 2, 3}, 0, 4);
          assertEquals(0, whole.images().view().compareTo(batch.images().view()));
          assertEquals(0, whole.labels().view().compareTo(batch.labels().view()));
        }
        loader.recycle(batch);
      }
    }
  }
}
