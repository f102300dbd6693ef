package dev.assay.experiment;

import java.util.List;

/**
 * Section {@code pretraining}: what the network learns before it sees an image of the data set
 * (RALIS, section 4.1: "pre-trained on GTA").
 *
 * @param source {@code none} (default), {@code synthetic} (generated street scenes of the data's
 *     size and classes) or {@code gtav} (a directory in GTAV's layout)
 * @param path GTAV's directory; null otherwise
 * @param images number of synthetic images, 200 by default
 * @param downscale as data.downscale, for gtav
 * @param steps training steps, 1000 by default
 */
public record PretrainingConfig(String source, String path, int images, int downscale, int steps) {

  static PretrainingConfig read(ConfigReader reader) {
    PretrainingConfig config =
        new PretrainingConfig(
            reader.oneOf("pretraining.source", "none", List.of("none", "synthetic", "gtav")),
            reader.text("pretraining.path", null),
            reader.integer("pretraining.images", 200, 1, 1_000_000),
            reader.integer("pretraining.downscale", 1, 1, 64),
            reader.integer("pretraining.steps", 1000, 1, 1_000_000_000));
    if (config.source.equals("gtav") && config.path == null) {
      throw reader.wrong("pretraining.path", null, "GTAV's directory: add pretraining.path=DIR");
    }
    return config;
  }

  /** Steps before the data set is learnt from. */
  int stepsOrNone() {
    return source.equals("none") ? 0 : steps;
  }
}
