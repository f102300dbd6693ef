package dev.assay.data;

/**
 * Where training pixels come from: images of a pack and the labels revealed so far. Read by several
 * threads while a {@link BatchLoader} runs, so nothing may change under it.
 */
public interface TrainingItems {
  /** Number of items; an epoch visits each once. */
  int size();

  /** RGB u8 [height, width, 3] of the item's whole image. */
  long rgbAddress(int i);

  /** u8 [height, width], {@link ClassSet#IGNORE} where nothing was revealed. */
  long labelAddress(int i);

  /** Width of the item's image in pixels. */
  int width(int i);

  /** Height of the item's image in pixels. */
  int height(int i);

  /**
   * A box that every crop of item {@code i} contains, or lies in where the box is larger than the
   * crop; null for anywhere.
   */
  Region focus(int i);

  /** Every image of a pack with all its labels: fully supervised training. */
  static TrainingItems allOf(ImagePack pack) {
    return new TrainingItems() {
      @Override
      public int size() {
        return pack.size();
      }

      @Override
      public long rgbAddress(int i) {
        return pack.rgbAddress(i);
      }

      @Override
      public long labelAddress(int i) {
        return pack.labelAddress(i);
      }

      @Override
      public int width(int i) {
        return pack.width(i);
      }

      @Override
      public int height(int i) {
        return pack.height(i);
      }

      @Override
      public Region focus(int i) {
        return null;
      }
    };
  }
}
