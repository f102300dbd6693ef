package dev.assay.data.scene;

/**
 * A pinhole camera that looks along the street.
 *
 * @param x position across the street in metres
 * @param y height in metres
 * @param z position along the street in metres
 * @param f focal length in pixels
 * @param cx column of the vanishing point
 * @param cy row of the horizon
 * @param width image width in pixels
 * @param height image height in pixels
 */
record Camera(double x, double y, double z, double f, double cx, double cy, int width, int height) {
  /** Nothing nearer than this is drawn. */
  static final double NEAR = 1.2;

  /** First column whose centre is at or right of {@code px}, within the image. */
  int column(double px) {
    return (int) Math.max(0, Math.min(width, Math.ceil(px - 0.5)));
  }

  /** First row whose centre is at or below {@code py}, within the image. */
  int row(double py) {
    return (int) Math.max(0, Math.min(height, Math.ceil(py - 0.5)));
  }
}
