package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.BatchLoader;
import dev.assay.data.LoaderConfig;
import dev.assay.data.TrainingItems;
import dev.assay.nn.LearningRate;
import java.io.IOException;
import java.util.Locale;

/** The training steps of one round, with checkpoints on the way. */
final class Trainer {
  private static final int PREFETCHED = 3;

  private final Workbench bench;
  private final Steps steps;
  private final RunDirectory.RoundDirectory directory;
  private final ProgressListener listener;

  Trainer(
      Workbench bench,
      Steps steps,
      RunDirectory.RoundDirectory directory,
      ProgressListener listener) {
    this.bench = bench;
    this.steps = steps;
    this.directory = directory;
    this.listener = listener;
  }

  /**
   * Trains from {@code progress} to the end of the round; the network must hold the weights that
   * belong to {@code progress}.
   *
   * @param loaderSeed decides order, crops and flips
   * @param loaderStep the loader's number of the round's first batch
   */
  RoundProgress run(
      int round,
      TrainingItems items,
      long loaderSeed,
      long loaderStep,
      RoundProgress progress,
      String message) {
    long total = steps.in(round);
    LearningRate rate = steps.schedule(round);
    long start = System.nanoTime();
    long saved = start;
    double lossSum = progress.lossSum();
    double secondsBefore = progress.trainSeconds();
    try (BatchLoader loader =
        new BatchLoader(items, loaderConfig(bench, loaderSeed), loaderStep + progress.steps())) {
      for (long step = progress.steps(); step < total; step++) {
        Batch batch = loader.next();
        double loss = bench.segmenter().trainStep(batch, rate.at(steps.offset(round) + step));
        loader.recycle(batch);
        if (!Double.isFinite(loss)) {
          throw new ExperimentException(
              "training loss is "
                  + loss
                  + " at step "
                  + (step + 1)
                  + " of "
                  + total
                  + " ("
                  + message
                  + "); lower training.learning_rate or set training.clip_norm");
        }
        lossSum += loss;
        listener.progress(
            "train", step + 1, total, message + String.format(Locale.ROOT, ", loss %.3f", loss));
        double minutes = bench.config().machine().checkpointMinutes();
        if (minutes > 0 && step + 1 < total && System.nanoTime() - saved > minutes * 60e9) {
          progress = progress.trained(step + 1, lossSum, secondsBefore + since(start));
          save(progress);
          saved = System.nanoTime();
        }
      }
    }
    return progress.trained(total, lossSum, secondsBefore + since(start));
  }

  /** Writes a checkpoint inside the round, then deletes the one before. */
  private void save(RoundProgress progress) {
    RoundProgress before = RoundProgress.read(directory.progress());
    try {
      bench.segmenter().save(directory.checkpointAt(progress.steps()));
    } catch (IOException e) {
      throw new ExperimentException(
          directory.checkpointAt(progress.steps()) + ": cannot be written (" + e + ")", e);
    }
    RunFiles.writeJson(directory.progress(), progress);
    if (before.steps() > 0) {
      RunDirectory.RoundDirectory.delete(directory.checkpointAt(before.steps()));
    }
  }

  /** How crops are drawn; everything but the seed is configured. */
  static LoaderConfig loaderConfig(Workbench bench, long seed) {
    TrainingConfig training = bench.config().training();
    RegionGrid grid = bench.grid();
    return new LoaderConfig(
        training.batchSize(),
        training.cropWidth() == 0 ? grid.imageWidth() : training.cropWidth(),
        training.cropHeight() == 0 ? grid.imageHeight() : training.cropHeight(),
        training.flip(),
        seed,
        true,
        training.scaleMin(),
        training.scaleMax(),
        1,
        PREFETCHED);
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
