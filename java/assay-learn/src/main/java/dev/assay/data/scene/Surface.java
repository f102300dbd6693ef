package dev.assay.data.scene;

/** The look of a flat rectangle. */
@FunctionalInterface
interface Surface {
  /**
   * Looks at one point.
   *
   * @param a metres from the rectangle's left (facing) or near (along the street) edge
   * @param b metres above the ground
   * @param pixel metres that one pixel covers here; details smaller than that are left out
   * @param rgb receives the albedo, linear, in [0, 1]
   * @return a {@link Kind}, possibly with {@link Kind#SEE_THROUGH}, or {@link Kind#NONE}
   */
  int at(double a, double b, double pixel, float[] rgb);

  /** Writes a colour. */
  static void set(float[] rgb, float[] colour, double factor) {
    rgb[0] = (float) (colour[0] * factor);
    rgb[1] = (float) (colour[1] * factor);
    rgb[2] = (float) (colour[2] * factor);
  }

  /** Writes a gray. */
  static void gray(float[] rgb, double value) {
    rgb[0] = rgb[1] = rgb[2] = (float) value;
  }
}
