package dev.assay.experiment;

/**
 * Non-overlapping regions of {@code width} x {@code height} pixels over an image, numbered with x
 * outer and y inner: (0,0), (0,h), (0,2h), ..., (w,0), ... as in RALIS's public code. Pixels right
 * of the last whole column and below the last whole row belong to no region and can never be
 * labelled; {@link #uncoveredPixels} counts them.
 */
public record RegionGrid(int imageWidth, int imageHeight, int width, int height) {
  /**
   * Checks the sizes.
   *
   * @throws ConfigException if a region is empty or larger than the image
   */
  public RegionGrid {
    if (width < 1 || height < 1 || width > imageWidth || height > imageHeight) {
      throw new ConfigException(
          "regions of "
              + width
              + "x"
              + height
              + " pixels must be at least 1x1 and fit into images of "
              + imageWidth
              + "x"
              + imageHeight);
    }
  }

  /** Regions side by side. */
  public int columns() {
    return imageWidth / width;
  }

  /** Regions above each other. */
  public int rows() {
    return imageHeight / height;
  }

  /** Regions per image. */
  public int perImage() {
    return columns() * rows();
  }

  /** Left pixel column of a region. */
  public int x(int region) {
    return check(region) / rows() * width;
  }

  /** Top pixel row of a region. */
  public int y(int region) {
    return check(region) % rows() * height;
  }

  /** Pixels of one region. */
  public int pixels() {
    return width * height;
  }

  /** Pixels of an image that no region covers; 0 when the sides divide. */
  public int uncoveredPixels() {
    return imageWidth * imageHeight - perImage() * pixels();
  }

  private int check(int region) {
    if (region < 0 || region >= perImage()) {
      throw new IndexOutOfBoundsException(
          "region=" + region + " must be in [0, " + perImage() + ")");
    }
    return region;
  }
}
