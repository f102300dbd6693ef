package dev.assay.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How far a round has come: what {@code progress.json} holds while it is trained.
 *
 * @param scoreSeconds seconds spent scoring and choosing
 * @param steps training steps done; the weights after them are in {@link
 *     RunDirectory.RoundDirectory#checkpointAt} when there are any
 * @param lossSum sum of the losses of these steps
 * @param trainSeconds seconds spent on them
 */
record RoundProgress(double scoreSeconds, long steps, double lossSum, double trainSeconds) {
  static final RoundProgress NONE = new RoundProgress(0, 0, 0, 0);

  RoundProgress scored(double seconds) {
    return new RoundProgress(seconds, steps, lossSum, trainSeconds);
  }

  RoundProgress trained(long stepsDone, double losses, double seconds) {
    return new RoundProgress(scoreSeconds, stepsDone, losses, seconds);
  }

  /** Reads the file, or {@link #NONE} when there is none. */
  static RoundProgress read(Path file) {
    if (!Files.exists(file)) {
      return NONE;
    }
    try {
      return RunFiles.JSON.readValue(Files.readString(file), RoundProgress.class);
    } catch (IOException e) {
      throw new ExperimentException(file + ": cannot be read (" + e + ")", e);
    }
  }
}
