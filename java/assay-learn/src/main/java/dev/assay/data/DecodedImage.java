package dev.assay.data;

/**
 * One image and its labels, decoded.
 *
 * <p>{@link #rgb} is u8 [height, width, 3]; {@link #labels} is u8 [height, width] with {@link
 * ClassSet#IGNORE} where a pixel has no label. The arrays are the record's own and not copied.
 */
public final class DecodedImage {
  private final int width;
  private final int height;
  private final byte[] rgb;
  private final byte[] labels;

  /** Takes ownership of both arrays. */
  public DecodedImage(int width, int height, byte[] rgb, byte[] labels) {
    if (rgb.length != 3 * width * height || labels.length != width * height) {
      throw new IllegalArgumentException(
          "rgb.length=%d and labels.length=%d must be 3*w*h and w*h for %dx%d"
              .formatted(rgb.length, labels.length, width, height));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    this.labels = labels;
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** u8 [height, width, 3]. */
  public byte[] rgb() {
    return rgb;
  }

  /** u8 [height, width]. */
  public byte[] labels() {
    return labels;
  }
}
