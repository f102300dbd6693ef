package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.ImagePack;
import dev.assay.model.Segmenter;
import org.agrona.DirectBuffer;

/**
 * What a run works with, open for its duration: the data, the network, the kernels. Owner of all
 * three; confined to one thread.
 */
final class Session implements AutoCloseable {
  private final ExperimentConfig config;
  private final DataSet data;
  private final int[] candidates;
  private final int[] pretraining;
  private final RegionGrid grid;
  private final Segmenter segmenter;
  private final ScoreEngine engine;

  /**
   * Takes ownership of data, segmenter and engine.
   *
   * @param data images and masks; all images of one size
   * @param candidates training images whose regions strategies choose from, ascending
   * @param pretraining training images that are fully labelled from the start
   */
  Session(
      ExperimentConfig config,
      DataSet data,
      int[] candidates,
      int[] pretraining,
      Segmenter segmenter,
      ScoreEngine engine) {
    this.config = config;
    this.data = data;
    this.candidates = candidates;
    this.pretraining = pretraining;
    this.grid = grid(config, data);
    this.segmenter = segmenter;
    this.engine = engine;
  }

  /** The region grid of a data set's images. */
  static RegionGrid grid(ExperimentConfig config, DataSet data) {
    return new RegionGrid(
        data.train().width(0),
        data.train().height(0),
        config.protocol().regionWidth(),
        config.protocol().regionHeight());
  }

  ExperimentConfig config() {
    return config;
  }

  DataSet data() {
    return data;
  }

  int[] candidates() {
    return candidates;
  }

  int[] pretraining() {
    return pretraining;
  }

  RegionGrid grid() {
    return grid;
  }

  /** The network, used by one (strategy, seed) after the other. */
  Segmenter segmenter() {
    return segmenter;
  }

  /** The acquisition kernels. */
  ScoreEngine engine() {
    return engine;
  }

  int classes() {
    return data.classes().size();
  }

  ImagePack pack(Split split) {
    return switch (split) {
      case TRAIN -> data.train();
      case VAL -> data.val();
      case TEST -> data.test();
    };
  }

  /** Regions that can be labelled at all. */
  int candidateRegions() {
    return Math.multiplyExact(candidates.length, grid.perImage());
  }

  /** Pixels of the training images that carry a class. */
  long labelledPixelsOfTraining() {
    ImagePack train = data.train();
    long count = 0;
    for (int image = 0; image < train.size(); image++) {
      DirectBuffer labels = train.labels(image);
      for (int i = 0; i < labels.capacity(); i++) {
        count += (labels.getByte(i) & 0xff) == ClassSet.IGNORE ? 0 : 1;
      }
    }
    return count;
  }

  @Override
  public void close() {
    try (data;
        segmenter) {
      engine.close();
    }
  }
}
