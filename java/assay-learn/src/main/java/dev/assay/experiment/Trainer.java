package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.BatchLoader;
import dev.assay.data.LoaderConfig;
import dev.assay.data.TrainingItems;
import dev.assay.nn.LearningRate;
import java.io.IOException;
import java.util.List;
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
   * A part of a round's steps that learns from the same items.
   *
   * @param loaderSeed decides order, crops and flips
   * @param loaderStep the loader's number of the part's first batch
   * @param from the part's first step in the round
   * @param to one past its last step
   */
  record Stage(TrainingItems items, long loaderSeed, long loaderStep, long from, long to) {}

  /**
   * Trains from {@code progress} to the end of the round; the network must hold the weights that
   * belong to {@code progress}.
   *
   * @param stages all steps of the round, in order
   */
  RoundProgress run(int round, List<Stage> stages, RoundProgress progress, String message) {
    LearningRate rate = steps.schedule(round);
    long offset = steps.offset(round);
    long total = steps.in(round);
    long start = System.nanoTime();
    long saved = start;
    double lossSum = progress.lossSum();
    double secondsBefore = progress.trainSeconds();
    for (Stage stage : stages) {
      long first = Math.max(stage.from(), progress.steps());
      if (first >= stage.to()) {
        continue;
      }
      LoaderConfig loading = loaderConfig(bench, stage.loaderSeed());
      long batchNumber = stage.loaderStep() + first - stage.from();
      try (BatchLoader loader = new BatchLoader(stage.items(), loading, batchNumber)) {
        for (long step = first; step < stage.to(); step++) {
          Batch batch = loader.next();
          double loss = step(bench, batch, rate.at(offset + step), message);
          loader.recycle(batch);
          lossSum += loss;
          String detail = message + String.format(Locale.ROOT, ", loss %.3f", loss);
          listener.progress("train", step + 1, total, detail);
          double minutes = bench.config().machine().checkpointMinutes();
          if (minutes > 0 && step + 1 < total && System.nanoTime() - saved > minutes * 60e9) {
            progress = progress.trained(step + 1, lossSum, secondsBefore + since(start));
            save(progress);
            saved = System.nanoTime();
          }
        }
      }
    }
    return progress.trained(total, lossSum, secondsBefore + since(start));
  }

  /**
   * One training step.
   *
   * @return its loss
   * @throws ExperimentException if the loss is no number
   */
  static double step(Workbench bench, Batch batch, double learningRate, String message) {
    double loss = bench.segmenter().trainStep(batch, learningRate);
    if (!Double.isFinite(loss)) {
      throw new ExperimentException(
          "training loss is "
              + loss
              + " ("
              + message
              + "); lower training.learning_rate or set training.clip_norm");
    }
    return loss;
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
