package dev.assay.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * CamVid's layout: PNG images in {@code root/SPLIT}, masks of the same file names in {@code
 * root/SPLITannot}, each mask pixel the class index, {@link ClassSet#ignoreOnDisk()} where void.
 */
public final class CamVidLayout {
  private CamVidLayout() {}

  /**
   * One split's images, in the order of their names, which are their file names.
   *
   * @throws BadDataException if a folder is missing or empty, or an image has no mask
   */
  public static PairedImages open(Path root, String split, ClassSet classes) throws IOException {
    PairedImages.requireDirectory(
        root, "a data set folder with train, trainannot, val, valannot, ...");
    Path images = root.resolve(split);
    Path masks = root.resolve(split + "annot");
    PairedImages.requireDirectory(images, "a folder of PNG images");
    PairedImages.requireDirectory(masks, "a folder of PNG masks for " + images);
    return new PairedImages(
        root.getFileName() + " " + split,
        images,
        LabelTable.indices(classes),
        sameNames(images, masks));
  }

  /** Every PNG of a folder with the file of the same name in another. */
  static List<PairedImages.Pair> sameNames(Path images, Path masks) throws IOException {
    List<PairedImages.Pair> pairs = new ArrayList<>();
    for (String name : pngNames(images)) {
      PairedImages.Pair pair =
          new PairedImages.Pair(name, images.resolve(name), masks.resolve(name));
      PairedImages.requireMask(pair);
      pairs.add(pair);
    }
    return List.copyOf(pairs);
  }

  /** The names of a folder's PNG files, sorted. */
  static List<String> pngNames(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.endsWith(".png"))
              .sorted()
              .toList();
      if (names.isEmpty()) {
        throw new BadDataException(folder, "no .png file", "at least one image");
      }
      return names;
    }
  }
}
