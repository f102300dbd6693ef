package dev.assay.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * GTAV's layout ("Playing for Data", Richter et al., ECCV 2016): {@code images/NUMBER.png} with
 * {@code labels/NUMBER.png}, palette masks that hold Cityscapes' {@code labelIds}. Images differ in
 * size. Used for pretraining.
 */
public final class GtavLayout {
  private GtavLayout() {}

  /**
   * All images, in the order of their names, with labels of {@code classes}.
   *
   * @throws BadDataException if a folder is missing or empty, or an image has no mask
   */
  public static PairedImages open(Path root, ClassSet classes) throws IOException {
    Path images = root.resolve("images");
    Path masks = root.resolve("labels");
    PairedImages.requireDirectory(root, "a data set folder with images and labels");
    PairedImages.requireDirectory(images, "a folder of PNG images");
    PairedImages.requireDirectory(masks, "a folder of PNG masks for " + images);
    return new PairedImages(
        root.getFileName().toString(),
        images,
        LabelTable.labelIds(classes),
        CamVidLayout.sameNames(images, masks));
  }
}
