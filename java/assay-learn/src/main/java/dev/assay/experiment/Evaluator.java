package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.ImageBatches;
import dev.assay.data.ImagePack;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import java.util.stream.IntStream;

/** Confusion matrix of the network over whole images. */
final class Evaluator {
  private Evaluator() {}

  /**
   * Predicts every image of {@code pack} once.
   *
   * @throws ExperimentException if the network's output holds NaN
   */
  static ConfusionMatrix run(
      Session session, ImagePack pack, ProgressListener listener, String message) {
    int[] images = IntStream.range(0, pack.size()).toArray();
    int batchSize = Math.min(session.config().evaluation().batchSize(), images.length);
    long pixels = (long) pack.height(0) * pack.width(0);
    ConfusionMatrix sum = ConfusionMatrix.empty(session.classes());
    try (Batch batch = new Batch(batchSize, pack.height(0), pack.width(0));
        HostBuffer prediction = HostBuffer.allocate("predictions", pixels * batchSize)) {
      for (int from = 0; from < images.length; from += batchSize) {
        int count = Math.min(batchSize, images.length - from);
        ImageBatches.fill(batch, pack, images, from, count);
        TensorView logits = session.segmenter().logits(batch);
        long nans = session.engine().argmax(logits, prediction);
        if (nans > 0) {
          throw new ExperimentException(
              nans
                  + " pixels of the network's output are NaN for image "
                  + pack.id(images[from])
                  + " and the next; training has diverged: lower training.learning_rate");
        }
        sum = sum.plus(session.engine().confusion(batch.labels(), prediction, pixels * batchSize));
        listener.progress("evaluate", from + count, images.length, message);
      }
    }
    return sum;
  }
}
