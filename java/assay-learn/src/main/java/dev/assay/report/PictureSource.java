package dev.assay.report;

import java.awt.image.BufferedImage;
import java.io.IOException;

/** Where the report takes the pictures from: the data set of the run, looked up by image id. */
@FunctionalInterface
public interface PictureSource {
  /**
   * Returns the image that {@code selection.json} calls {@code id}, at the resolution in which the
   * regions are given; null when the source has no such image.
   *
   * @throws IOException when the image exists and cannot be read; the report then says so and goes
   *     on without this picture
   */
  BufferedImage image(String id) throws IOException;
}
