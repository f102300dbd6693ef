package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.ImagePack;
import dev.assay.device.Exec;
import dev.assay.memory.Device;
import dev.assay.model.Segmenter;
import dev.assay.nn.backend.Backend;
import dev.assay.score.Engine;
import dev.assay.score.NanScoresException;
import dev.assay.score.Session;
import dev.assay.select.RandomKeys;
import org.agrona.DirectBuffer;

/**
 * What a run works with, open for its duration: the data, the network, the scorer. Owner of all
 * three; confined to one thread.
 */
final class Workbench implements AutoCloseable {
  private final ExperimentConfig config;
  private final DataSet data;
  private final Roles roles;
  private final ImagePack pretraining;
  private final RegionGrid grid;
  private final Segmenter segmenter;
  private final Engine engine;
  private final Session scorer;

  /**
   * Takes ownership of data, pretraining, segmenter and engine.
   *
   * @param data images and masks; all images of one size
   * @param roles what the training images are for
   * @param pretraining images that the network learns before those of the data; null for none
   */
  Workbench(
      ExperimentConfig config,
      DataSet data,
      Roles roles,
      ImagePack pretraining,
      Segmenter segmenter,
      Engine engine) {
    this.config = config;
    this.data = data;
    this.roles = roles;
    this.pretraining = pretraining;
    this.grid = grid(config, data);
    this.segmenter = segmenter;
    this.engine = engine;
    this.scorer = engine.session();
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

  /** Training images whose regions strategies choose from. */
  int[] candidates() {
    return roles.acquisition();
  }

  Roles roles() {
    return roles;
  }

  /** Images that the network learns before those of the data; null when there are none. */
  ImagePack pretraining() {
    return pretraining;
  }

  /** D_R: where rewards and early stopping are measured. */
  ImageList reward() {
    return roles.reward().length == 0
        ? ImageList.all(data.val())
        : new ImageList(data.train(), roles.reward());
  }

  /** The images of D_R on which an agent's reward is measured. */
  ImageList rewarded() {
    ImageList all = reward();
    int count = config.policy().rewardImages();
    if (config.policy().rewardChoice().equals("even") || count >= all.images().length) {
      return all.evenly(count);
    }
    ClassShares shares = new ClassShares(all.pack(), all.images(), classes());
    RandomKeys keys = new RandomKeys(config.data().seed(), 0);
    return new ImageList(all.pack(), shares.closest(count, shares.balanced(), keys));
  }

  RegionGrid grid() {
    return grid;
  }

  /** The network, used by one (strategy, seed) after the other. */
  Segmenter segmenter() {
    return segmenter;
  }

  /** Signals of the network's output. */
  Session scorer() {
    return scorer;
  }

  /** How kernels run. */
  Exec exec() {
    return engine.exec();
  }

  /** A back end for another network on the device; the caller closes it. */
  Backend newBackend() {
    return Compute.networks(engine, config.machine(), false);
  }

  /** What networks and kernels run on. */
  Device device() {
    return engine.device();
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
    return Math.multiplyExact(candidates().length, grid.perImage());
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

  /**
   * Pixels of each class in the candidate images as the masks have them, void left out, [classes].
   */
  long[] poolClassPixels() {
    return classPixels(candidates());
  }

  /** Pixels of each class in some training images, void left out, [classes]. */
  long[] classPixels(int[] images) {
    long[] pixels = new long[classes()];
    for (int image : images) {
      DirectBuffer labels = data.train().labels(image);
      for (int i = 0; i < labels.capacity(); i++) {
        int label = labels.getByte(i) & 0xff;
        if (label != ClassSet.IGNORE) {
          pixels[label]++;
        }
      }
    }
    return pixels;
  }

  /** What to say when the network's output for an image of {@code pack} is NaN. */
  static ExperimentException diverged(ImagePack pack, int image, NanScoresException cause) {
    return new ExperimentException(
        cause.pixels()
            + " pixels of the network's output are NaN for image "
            + pack.id(image)
            + "; training has diverged: lower training.learning_rate",
        cause);
  }

  @Override
  public void close() {
    try (data;
        pretraining;
        engine) {
      segmenter.close();
    }
  }
}
