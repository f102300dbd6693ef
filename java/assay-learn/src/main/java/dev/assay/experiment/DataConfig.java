package dev.assay.experiment;

import java.util.List;

/**
 * Section {@code data}: what is learnt from.
 *
 * @param source {@code synthetic} (default: generated street scenes) or {@code camvid} (a directory
 *     in CamVid's layout)
 * @param path the data set's directory; required for camvid, null (default) for synthetic
 * @param cache directory for the memory-mapped image packs; null (default) puts them beside the
 *     user's other caches
 * @param splitFile JSON with the lists d_s, d_t and d_v of file names of training images: d_t is
 *     learnt from before the first round, d_v is what the strategies choose from; null (default):
 *     all training images are candidates
 * @param width synthetic image width in pixels, 240 by default
 * @param height synthetic image height in pixels, 180 by default
 * @param classes synthetic classes: 11 (default, CamVid's) or 19 (Cityscapes')
 * @param trainImages synthetic training images, 64 by default
 * @param valImages synthetic validation images, 16 by default
 * @param testImages synthetic test images, 32 by default
 * @param seed seed of the synthetic scenes, 1 by default
 */
public record DataConfig(
    String source,
    String path,
    String cache,
    String splitFile,
    int width,
    int height,
    int classes,
    int trainImages,
    int valImages,
    int testImages,
    long seed) {

  static DataConfig read(ConfigReader reader) {
    DataConfig data =
        new DataConfig(
            reader.oneOf("data.source", "synthetic", List.of("synthetic", "camvid")),
            reader.text("data.path", null),
            reader.text("data.cache", null),
            reader.text("data.split_file", null),
            reader.integer("data.width", 240, 32, 8192),
            reader.integer("data.height", 180, 32, 8192),
            reader.integer("data.classes", 11, 11, 19),
            reader.integer("data.train_images", 64, 1, 1_000_000),
            reader.integer("data.val_images", 16, 1, 1_000_000),
            reader.integer("data.test_images", 32, 1, 1_000_000),
            reader.longInteger("data.seed", 1, 0, Long.MAX_VALUE));
    if (data.source.equals("camvid") && data.path == null) {
      throw reader.wrong("data.path", null, "the directory of the data set: add data.path=DIR");
    }
    if (data.classes != 11 && data.classes != 19) {
      throw reader.wrong("data.classes", data.classes, "11 or 19");
    }
    return data;
  }
}
