package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.BatchLoader;
import dev.assay.data.TrainingItems;
import dev.assay.nn.LearningRate;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Training on everything that was labelled, once a budget is reached, "until convergence (with
 * early stopping in D_R)" (RALIS, section 4.1). The best weights by mIoU on D_R, those it starts
 * from included, end up in the network and in a file.
 */
final class FinalTraining {
  private final Workbench bench;
  private final ProgressListener listener;

  FinalTraining(Workbench bench, ProgressListener listener) {
    this.bench = bench;
    this.listener = listener;
  }

  /**
   * What it came to.
   *
   * @param epochs passes over the items that were made
   * @param bestEpoch the pass after which the weights were best; 0: before the first
   * @param rewardMiou mIoU on D_R with them, in [0, 1]
   * @param seconds it took, evaluations on D_R included
   */
  record Outcome(int epochs, int bestEpoch, double rewardMiou, double seconds) {}

  /**
   * Trains the weights that the network holds.
   *
   * @param loaderSeed decides order, crops and flips
   * @param best where the best weights are written
   */
  Outcome run(TrainingItems items, long loaderSeed, Path best, String message) {
    long start = System.nanoTime();
    ProtocolConfig protocol = bench.config().protocol();
    int batch = bench.config().training().batchSize();
    int steps = Math.max(1, (items.size() + batch - 1) / batch);
    LearningRate rate = bench.config().training().schedule((long) steps * protocol.finalEpochs());
    double highest = miou(message);
    int bestEpoch = 0;
    int epoch = 0;
    save(best);
    try (BatchLoader loader = new BatchLoader(items, Trainer.loaderConfig(bench, loaderSeed), 0)) {
      while (epoch < protocol.finalEpochs() && epoch - bestEpoch < protocol.finalPatience()) {
        for (int step = 0; step < steps; step++) {
          Batch next = loader.next();
          Trainer.step(bench, next, rate.at((long) epoch * steps + step), message);
          loader.recycle(next);
        }
        epoch++;
        listener.progress("final training", epoch, protocol.finalEpochs(), message);
        double reached = miou(message);
        if (reached > highest) {
          highest = reached;
          bestEpoch = epoch;
          save(best);
        }
      }
    }
    load(best);
    return new Outcome(epoch, bestEpoch, highest, (System.nanoTime() - start) / 1e9);
  }

  private double miou(String message) {
    double miou = Evaluator.run(bench, bench.reward(), listener, message + " on d_r").miou();
    return Double.isNaN(miou) ? 0 : miou;
  }

  private void save(Path file) {
    try {
      bench.segmenter().save(file);
    } catch (IOException e) {
      throw new ExperimentException(file + ": cannot be written (" + e + ")", e);
    }
  }

  private void load(Path file) {
    try {
      bench.segmenter().load(file);
    } catch (IOException e) {
      throw new ExperimentException(file + ": cannot be read (" + e + ")", e);
    }
  }
}
