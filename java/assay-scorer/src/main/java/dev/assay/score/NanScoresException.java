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

  private NanScoresException(String message, long image, long pixels, Throwable cause) {
    super(message, cause);
    this.image = image;
    this.pixels = pixels;
  }

  /** The same about the only image of a call, which is number {@code image} of its source. */
  NanScoresException of(String name, long image) {
    String message = name + ": found " + pixels + " pixel(s) with NaN scores, expected 0";
    return new NanScoresException(message, image, pixels, this);
  }

  /** The first image of the batch, or of the source, that is affected. */
  public long image() {
    return image;
  }

  /** How many of its pixels are. */
  public long pixels() {
    return pixels;
  }
}
