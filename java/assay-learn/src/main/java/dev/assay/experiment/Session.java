package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.ImagePack;
import dev.assay.model.Segmenter;
import org.agrona.DirectBuffer;

/**
 * What a run works with, open for its duration: the data, the network, the kernels. Owner of all
 * three; confined to one thread.
 *
 * @param data images and masks; all images of one size
 * @param candidates training images whose regions strategies choose from, ascending
 * @param pretraining training images that are fully labelled from the start
 * @param segmenter the network, used by one (strategy, seed) after the other
 * @param engine the acquisition kernels
 */
record Session(
    ExperimentConfig config,
    DataSet data,
    int[] candidates,
    int[] pretraining,
    RegionGrid grid,
    Segmenter segmenter,
    ScoreEngine engine)
    implements AutoCloseable {

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
