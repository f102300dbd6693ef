package dev.assay.experiment;

import dev.assay.data.ImagePack;
import java.util.stream.IntStream;

/** Some images of a pack, in order. */
record ImageList(ImagePack pack, int[] images) {
  /** All images of a pack. */
  static ImageList all(ImagePack pack) {
    return new ImageList(pack, IntStream.range(0, pack.size()).toArray());
  }

  /** {@code count} of the images, evenly spaced; all when that is 0 or not fewer. */
  ImageList evenly(int count) {
    if (count == 0 || count >= images.length) {
      return this;
    }
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      chosen[i] = images[(int) ((long) i * images.length / count)];
    }
    return new ImageList(pack, chosen);
  }
}
