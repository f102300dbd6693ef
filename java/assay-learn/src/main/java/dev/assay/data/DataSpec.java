package dev.assay.data;

import java.nio.file.Path;

/**
 * Which data set to open.
 *
 * @param kind how the other fields are read
 * @param path folder in the kind's layout; null for synthetic data
 * @param downscale side of the boxes of pixels averaged into one; 1 for none
 * @param cacheDir where packs are kept; created when missing
 * @param scenes the scenes to generate; null for a folder
 * @param train number of synthetic training images
 * @param val number of synthetic validation images
 * @param test number of synthetic test images
 */
public record DataSpec(
    Kind kind,
    Path path,
    int downscale,
    Path cacheDir,
    SceneConfig scenes,
    int train,
    int val,
    int test) {
  /** Where images come from. */
  public enum Kind {
    /** A folder in CamVid's layout with CamVid's 11 classes. */
    CAMVID,
    /** A folder in Cityscapes' layout, read as its 19 training classes. */
    CITYSCAPES,
    /** Generated street scenes. */
    SYNTHETIC
  }

  /** Checks that the fields of the kind are there. */
  public DataSpec {
    if (kind != Kind.SYNTHETIC && path == null) {
      throw new IllegalArgumentException("path=null must be a folder in the layout of " + kind);
    }
    if (kind == Kind.SYNTHETIC && (scenes == null || train < 1 || val < 1 || test < 1)) {
      throw new IllegalArgumentException(
          "scenes=%s, train=%d, val=%d, test=%d must be given and >= 1"
              .formatted(scenes, train, val, test));
    }
  }

  /** A folder in CamVid's layout. */
  public static DataSpec camvid(Path path, int downscale, Path cacheDir) {
    return new DataSpec(Kind.CAMVID, path, downscale, cacheDir, null, 0, 0, 0);
  }

  /** A folder in Cityscapes' layout. */
  public static DataSpec cityscapes(Path path, int downscale, Path cacheDir) {
    return new DataSpec(Kind.CITYSCAPES, path, downscale, cacheDir, null, 0, 0, 0);
  }

  /** Generated street scenes. */
  public static DataSpec synthetic(
      SceneConfig scenes, int train, int val, int test, Path cacheDir) {
    return new DataSpec(Kind.SYNTHETIC, null, 1, cacheDir, scenes, train, val, test);
  }
}
