package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.ClassSet;
import dev.assay.data.ImageBatches;
import dev.assay.data.ImagePack;
import dev.assay.kernel.Confusion;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.NanScoresException;
import dev.assay.score.PixelSignal;
import java.util.Set;

/** Confusion matrix of the network over whole images of one size. */
final class Evaluator {
  private static final Set<PixelSignal> ARGMAX = Set.of(PixelSignal.ARGMAX);

  private Evaluator() {}

  /**
   * Predicts every image of the list once.
   *
   * @throws ExperimentException if the network's output holds NaN
   */
  static ConfusionMatrix run(
      Workbench bench, ImageList list, ProgressListener listener, String message) {
    ImagePack pack = list.pack();
    int[] images = list.images();
    int batchSize = Math.min(bench.config().evaluation().batchSize(), images.length);
    long pixels = (long) pack.height(0) * pack.width(0);
    ConfusionMatrix sum = ConfusionMatrix.empty(bench.classes());
    try (Batch batch = new Batch(batchSize, pack.height(0), pack.width(0));
        Confusion confusion = new Confusion(bench.classes())) {
      Span truth = Span.of(batch.labels());
      for (int from = 0; from < images.length; from += batchSize) {
        int count = Math.min(batchSize, images.length - from);
        ImageBatches.fill(batch, pack, images, from, count);
        TensorView logits = bench.segmenter().logits(batch).images(0, count);
        try {
          Span argmax = bench.scorer().pixelSignals(logits, ARGMAX).span(PixelSignal.ARGMAX);
          sum =
              sum.plus(confusion.run(bench.exec(), truth, argmax, pixels * count, ClassSet.IGNORE));
        } catch (NanScoresException e) {
          throw Workbench.diverged(pack, images[from + Math.toIntExact(e.image())], e);
        }
        listener.progress("evaluate", from + count, images.length, message);
      }
    }
    return sum;
  }
}
