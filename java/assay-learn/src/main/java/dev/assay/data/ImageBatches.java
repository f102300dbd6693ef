package dev.assay.data;

import org.agrona.UnsafeApi;

/** Whole images, normalised, without augmentation: for inference and evaluation. */
public final class ImageBatches {
  private ImageBatches() {}

  /**
   * Fills {@code batch} with the images {@code indices[from .. from + count)} and their labels;
   * unused slots become zeros labelled {@link ClassSet#IGNORE}.
   *
   * @throws IllegalArgumentException if {@code count} exceeds the batch or an image has another
   *     size than the batch
   */
  public static void fill(Batch batch, ImagePack pack, int[] indices, int from, int count) {
    if (count < 0 || count > batch.n()) {
      throw new IllegalArgumentException("count=" + count + " must be in [0, n=" + batch.n() + "]");
    }
    int width = batch.width();
    long pixels = (long) width * batch.height();
    for (int k = 0; k < batch.n(); k++) {
      long image = batch.images().address() + 3 * Float.BYTES * pixels * k;
      long labels = batch.labels().address() + pixels * k;
      if (k >= count) {
        UnsafeApi.setMemory(image, 3 * Float.BYTES * pixels, (byte) 0);
        UnsafeApi.setMemory(labels, pixels, (byte) ClassSet.IGNORE);
        continue;
      }
      int i = indices[from + k];
      if (pack.width(i) != width || pack.height(i) != batch.height()) {
        throw new IllegalArgumentException(
            "image %s is %dx%d, the batch is %dx%d; they must be equal"
                .formatted(pack.id(i), pack.width(i), pack.height(i), width, batch.height()));
      }
      long rgb = pack.rgbAddress(i);
      for (int y = 0; y < batch.height(); y++) {
        long row = (long) y * width;
        Normalisation.row(rgb + 3 * row, width, false, image + 3 * Float.BYTES * row);
      }
      UnsafeApi.copyMemory(pack.labelAddress(i), labels, pixels);
    }
  }
}
