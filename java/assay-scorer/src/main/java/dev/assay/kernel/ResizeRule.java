package dev.assay.kernel;

/** Where a resized image reads its source; {@link #code} is the C ABI's. */
public enum ResizeRule {
  /** Linear at max(0, (o + 1/2) in / out - 1/2). */
  BILINEAR_HALF_PIXEL(0),
  /** Linear at o (in - 1) / (out - 1): the corner pixels coincide. */
  BILINEAR_ALIGNED_CORNERS(1),
  /** The pixel floor((o + 1/2) in / out). */
  NEAREST_HALF_PIXEL(2);

  private final int code;

  ResizeRule(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
