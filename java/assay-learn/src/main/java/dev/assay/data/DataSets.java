package dev.assay.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/** Opens data sets, packing their images first where that has not been done. */
public final class DataSets {
  private DataSets() {}

  /** {@link #open(DataSpec, Progress)} without progress. */
  public static DataSet open(DataSpec spec) throws IOException {
    return open(spec, Progress.NONE);
  }

  /**
   * Opens a data set; the caller closes it.
   *
   * @throws BadDataException if a file of the data set is not what it should be
   * @throws IOException if the packs cannot be written
   */
  public static DataSet open(DataSpec spec, Progress progress) throws IOException {
    return switch (spec.kind()) {
      case CAMVID -> camvid(spec, progress);
      case CITYSCAPES -> cityscapes(spec, progress);
      case SYNTHETIC -> synthetic(spec, progress);
    };
  }

  private static DataSet camvid(DataSpec spec, Progress progress) throws IOException {
    ClassSet classes = ClassSet.CAMVID;
    String key = key(spec.path(), spec.downscale());
    return packs(
        spec.path().getFileName().toString(),
        classes,
        scaled(CamVidLayout.open(spec.path(), "train", classes), spec.downscale()),
        scaled(CamVidLayout.open(spec.path(), "val", classes), spec.downscale()),
        scaled(CamVidLayout.open(spec.path(), "test", classes), spec.downscale()),
        prefix(spec, "camvid", key),
        progress);
  }

  /** The public test masks are empty, so that what is measured is measured on val. */
  private static DataSet cityscapes(DataSpec spec, Progress progress) throws IOException {
    String key = key(spec.path(), spec.downscale());
    ImageSource val = scaled(CityscapesLayout.open(spec.path(), "val"), spec.downscale());
    return packs(
        spec.path().getFileName().toString(),
        ClassSet.CITYSCAPES,
        scaled(CityscapesLayout.open(spec.path(), "train"), spec.downscale()),
        val,
        val,
        prefix(spec, "cityscapes", key),
        progress);
  }

  /**
   * Opens GTAV's images with labels of {@code classes}; the caller closes the pack.
   *
   * @param root folder with images and labels
   * @param downscale side of the boxes of pixels averaged into one; 1 for none
   */
  public static ImagePack gtav(
      Path root, ClassSet classes, int downscale, Path cacheDir, Progress progress)
      throws IOException {
    Path prefix = prefix(cacheDir, "gtav", classes.name() + " " + key(root, downscale));
    return pack(prefix, "all", scaled(GtavLayout.open(root, classes), downscale), progress);
  }

  /**
   * Opens {@code size} generated training scenes; the caller closes the pack.
   *
   * @throws IOException if the pack cannot be written
   */
  public static ImagePack scenes(SceneConfig scenes, int size, Path cacheDir, Progress progress)
      throws IOException {
    Path prefix = prefix(cacheDir, "scenes", scenes + " " + size);
    return pack(prefix, "train", new SceneSource(scenes, SceneSource.Split.TRAIN, size), progress);
  }

  private static ImageSource scaled(ImageSource source, int downscale) {
    return downscale == 1 ? source : new DownscaledSource(source, downscale);
  }

  private static String key(Path root, int downscale) {
    String path = root.toAbsolutePath().normalize().toString();
    return downscale == 1 ? path : path + " at 1/" + downscale;
  }

  private static DataSet synthetic(DataSpec spec, Progress progress) throws IOException {
    SceneConfig scenes = spec.scenes();
    return packs(
        "synthetic " + scenes.classes().name(),
        scenes.classes(),
        new SceneSource(scenes, SceneSource.Split.TRAIN, spec.train()),
        new SceneSource(scenes, SceneSource.Split.VAL, spec.val()),
        new SceneSource(scenes, SceneSource.Split.TEST, spec.test()),
        prefix(spec, "scenes", scenes.toString()),
        progress);
  }

  private static Path prefix(DataSpec spec, String kind, String key) {
    return prefix(spec.cacheDir(), kind, key);
  }

  private static Path prefix(Path cacheDir, String kind, String key) {
    int crc = PackFormat.crc(key.getBytes(StandardCharsets.UTF_8));
    return cacheDir.resolve(kind + "-" + HexFormat.of().toHexDigits(crc));
  }

  private static DataSet packs(
      String name,
      ClassSet classes,
      ImageSource train,
      ImageSource val,
      ImageSource test,
      Path prefix,
      Progress progress)
      throws IOException {
    ImagePack trainPack = pack(prefix, "train", train, progress);
    ImagePack valPack = null;
    try {
      valPack = pack(prefix, "val", val, progress);
      ImagePack testPack = pack(prefix, test == val ? "val" : "test", test, progress);
      return new DataSet(name, classes, trainPack, valPack, testPack);
    } catch (IOException | RuntimeException e) {
      trainPack.close();
      if (valPack != null) {
        valPack.close();
      }
      throw e;
    }
  }

  private static ImagePack pack(Path prefix, String split, ImageSource source, Progress progress)
      throws IOException {
    Path file = prefix.resolveSibling(prefix.getFileName() + "-" + split + ".pack");
    return ImagePack.openOrBuild(file, source, progress);
  }
}
