package dev.assay.experiment;

import dev.assay.data.ImagePack;
import java.util.stream.IntStream;

/** Some images of a pack, in order. */
record ImageList(ImagePack pack, int[] images) {
  /** All images of a pack. */
  static ImageList all(ImagePack pack) {
    return new ImageList(pack, IntStream.range(0, pack.size()).toArray());
  }
}
