package dev.assay.nn.backend;

/** How a resized image reads its source; scale = in / out. */
public enum Interpolation {
  /** Linear in both directions at (i + 0.5) scale - 0.5, clamped at the borders. */
  BILINEAR_HALF_PIXEL,
  /** Linear in both directions at i (in - 1) / (out - 1): the corner pixels coincide. */
  BILINEAR_ALIGNED_CORNERS,
  /** The pixel nearest to (i + 0.5) scale - 0.5. */
  NEAREST_HALF_PIXEL
}
