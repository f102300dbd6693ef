package dev.assay.score;

/**
 * Class scores hold NaN, which cannot be ranked; nothing that was computed from them is handed out.
 */
public final class NanScoresException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final long image;
  private final long pixels;

  NanScoresException(long image, long pixels) {
    super(
        "image " + image + " of the batch has " + pixels + " pixel(s) with NaN scores, expected 0");
    this.image = image;
    this.pixels = pixels;
  }

  /** The first image of the batch that is affected. */
  public long image() {
    return image;
  }

  /** How many of its pixels are. */
  public long pixels() {
    return pixels;
  }
}
