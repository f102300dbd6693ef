package dev.assay.experiment;

import java.util.List;

/**
 * Section {@code data}: what is learnt from.
 *
 * @param source {@code synthetic} (default: generated street scenes), {@code camvid} (a directory
 *     in CamVid's layout) or {@code cityscapes} (one in Cityscapes'; its val split is also the test
 *     split)
 * @param path the data set's directory; required unless synthetic
 * @param cache directory for the memory-mapped image packs; null (default) puts them beside the
 *     user's other caches
 * @param splitFile JSON with lists of names of training images: d_t is learnt from before the first
 *     round, d_v is what the strategies choose from; a learned policy also needs d_s, and d_r where
 *     rewards are not measured on val; null (default): the lists are drawn with the sizes below
 * @param stateImages size of d_s where it is drawn, 0 by default
 * @param trainingImages size of d_t where it is drawn, 0 by default; the rest is d_v
 * @param rewardImages size of d_r where it is drawn; 0 (default): the val split
 * @param downscale side of the boxes of pixels that are averaged into one, 1 (none) by default; not
 *     for synthetic images
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
    int stateImages,
    int trainingImages,
    int rewardImages,
    int downscale,
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
            reader.oneOf("data.source", "synthetic", List.of("synthetic", "camvid", "cityscapes")),
            reader.text("data.path", null),
            reader.text("data.cache", null),
            reader.text("data.split_file", null),
            reader.integer("data.state_images", 0, 0, 1_000_000),
            reader.integer("data.training_images", 0, 0, 1_000_000),
            reader.integer("data.reward_images", 0, 0, 1_000_000),
            reader.integer("data.downscale", 1, 1, 64),
            reader.integer("data.width", 240, 32, 8192),
            reader.integer("data.height", 180, 32, 8192),
            reader.integer("data.classes", 11, 11, 19),
            reader.integer("data.train_images", 64, 1, 1_000_000),
            reader.integer("data.val_images", 16, 1, 1_000_000),
            reader.integer("data.test_images", 32, 1, 1_000_000),
            reader.longInteger("data.seed", 1, 0, Long.MAX_VALUE));
    if (!data.source.equals("synthetic") && data.path == null) {
      throw reader.wrong("data.path", null, "the directory of the data set: add data.path=DIR");
    }
    if (data.source.equals("synthetic") && data.downscale != 1) {
      throw reader.wrong("data.downscale", data.downscale, "1 for synthetic images");
    }
    int drawn = data.stateImages + data.trainingImages + data.rewardImages;
    if (data.splitFile != null && drawn > 0) {
      throw reader.wrong(
          "data.split_file", data.splitFile, "null where data.*_images are to be drawn");
    }
    if (data.classes != 11 && data.classes != 19) {
      throw reader.wrong("data.classes", data.classes, "11 or 19");
    }
    return data;
  }
}
