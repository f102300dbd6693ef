package dev.assay.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cityscapes' layout: {@code leftImg8bit/SPLIT/CITY/NAME_leftImg8bit.png} with {@code
 * gtFine/SPLIT/CITY/NAME_gtFine_labelIds.png}, where NAME is CITY_SEQUENCE_FRAME.
 */
public final class CityscapesLayout {
  private static final String IMAGE = "_leftImg8bit.png";
  private static final String MASK = "_gtFine_labelIds.png";

  private CityscapesLayout() {}

  /**
   * One split's images, in the order of their names, for example {@code aachen_000000_000019};
   * labels are the 19 train ids.
   *
   * @throws BadDataException if a folder is missing or empty, or an image has no mask
   */
  public static PairedImages open(Path root, String split) throws IOException {
    Path images = root.resolve("leftImg8bit").resolve(split);
    Path masks = root.resolve("gtFine").resolve(split);
    PairedImages.requireDirectory(root, "a data set folder with leftImg8bit and gtFine");
    PairedImages.requireDirectory(images, "a folder of city folders with *" + IMAGE);
    PairedImages.requireDirectory(masks, "a folder of city folders with *" + MASK);
    List<PairedImages.Pair> pairs = new ArrayList<>();
    for (Path city : folders(images)) {
      for (String file : CamVidLayout.pngNames(city)) {
        if (!file.endsWith(IMAGE)) {
          throw new BadDataException(city.resolve(file), "this name", "a name ending in " + IMAGE);
        }
        String name = file.substring(0, file.length() - IMAGE.length());
        Path mask = masks.resolve(city.getFileName()).resolve(name + MASK);
        PairedImages.Pair pair = new PairedImages.Pair(name, city.resolve(file), mask);
        PairedImages.requireMask(pair);
        pairs.add(pair);
      }
    }
    return new PairedImages(
        root.getFileName() + " " + split,
        images,
        LabelTable.labelIds(ClassSet.CITYSCAPES),
        List.copyOf(pairs));
  }

  private static List<Path> folders(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> cities = files.filter(Files::isDirectory).sorted().toList();
      if (cities.isEmpty()) {
        throw new BadDataException(folder, "no city folder", "at least one");
      }
      return cities;
    }
  }
}
