package dev.assay.data;

/**
 * What the procedural street scenes look like.
 *
 * @param classes {@link ClassSet#CAMVID} or {@link ClassSet#CITYSCAPES}; also decides the mix of
 *     objects, so that class frequencies are close to that data set's
 * @param width image width in pixels, in [32, 8192]
 * @param height image height in pixels, in [32, 8192]
 * @param seed decides everything else
 * @param framesPerStreet consecutive images taken while driving through one street; 1 gives
 *     independent images
 * @param redundancy how much of one frame is seen again in the next, in [0, 1]: the camera moves on
 *     by {@code (1 - redundancy)} x 25 m
 */
public record SceneConfig(
    ClassSet classes, int width, int height, long seed, int framesPerStreet, double redundancy) {
  private static final int MIN_SIDE = 32;
  private static final int MAX_SIDE = 8192;
  private static final double FULL_STEP_METRES = 25;

  /** Checks every value. */
  public SceneConfig {
    if (classes != ClassSet.CAMVID && classes != ClassSet.CITYSCAPES) {
      throw new IllegalArgumentException(
          "classes=" + classes.name() + " must be camvid or cityscapes");
    }
    requireSide("width", width);
    requireSide("height", height);
    if (framesPerStreet < 1 || framesPerStreet > 1000) {
      throw new IllegalArgumentException(
          "framesPerStreet=" + framesPerStreet + " must be in [1, 1000]");
    }
    if (!(redundancy >= 0 && redundancy <= 1)) {
      throw new IllegalArgumentException("redundancy=" + redundancy + " must be in [0, 1]");
    }
  }

  /** CamVid-like video at {@code width} x {@code height}: 8 frames a street, 4 m apart. */
  public static SceneConfig camvidLike(int width, int height, long seed) {
    return new SceneConfig(ClassSet.CAMVID, width, height, seed, 8, 0.84);
  }

  /** Cityscapes-like images at {@code width} x {@code height}: one frame a street. */
  public static SceneConfig cityscapesLike(int width, int height, long seed) {
    return new SceneConfig(ClassSet.CITYSCAPES, width, height, seed, 1, 0);
  }

  /** Metres the camera moves between two frames of a street. */
  double stepMetres() {
    return (1 - redundancy) * FULL_STEP_METRES;
  }

  private static void requireSide(String name, int value) {
    if (value < MIN_SIDE || value > MAX_SIDE) {
      throw new IllegalArgumentException(
          "%s=%d must be in [%d, %d]".formatted(name, value, MIN_SIDE, MAX_SIDE));
    }
  }
}
