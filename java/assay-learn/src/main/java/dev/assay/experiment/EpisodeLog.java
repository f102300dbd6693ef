package dev.assay.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code episodes.csv}: one line per finished episode, written whole whenever one is added. */
final class EpisodeLog {
  private static final String HEADER =
      "episode,steps,return,mean_loss,epsilon,forward_seconds,choose_seconds,train_seconds,"
          + "reward_seconds,update_seconds";

  private final Path file;
  private final List<String> lines = new ArrayList<>();

  /** Takes over the lines of the first {@code finished} episodes. */
  EpisodeLog(Path file, int finished) {
    this.file = file;
    if (finished == 0) {
      return;
    }
    try {
      List<String> before = Files.readAllLines(file);
      if (before.size() < finished + 1) {
        throw new ExperimentException(
            file + ": has " + (before.size() - 1) + " episodes, expected " + finished);
      }
      lines.addAll(before.subList(1, finished + 1));
    } catch (IOException e) {
      throw new ExperimentException(file + ": cannot be read (" + e + ")", e);
    }
  }

  /**
   * Adds an episode.
   *
   * @param gain its return, in points of percent of the reward metric
   * @param meanLoss of its updates; NaN when there were none
   * @param epsilon of its last step
   */
  void add(int episode, int steps, double gain, double meanLoss, double epsilon, StepClock clock) {
    lines.add(
        String.format(
            Locale.ROOT,
            "%d,%d,%.6f,%s,%.6f,%.4f,%.4f,%.4f,%.4f,%.4f",
            episode,
            steps,
            gain,
            Double.isNaN(meanLoss) ? "" : String.format(Locale.ROOT, "%.8g", meanLoss),
            epsilon,
            clock.seconds(StepClock.Part.FORWARD),
            clock.seconds(StepClock.Part.CHOOSE),
            clock.seconds(StepClock.Part.TRAIN),
            clock.seconds(StepClock.Part.REWARD),
            clock.seconds(StepClock.Part.UPDATE)));
    RunFiles.write(file, HEADER + "\n" + String.join("\n", lines) + "\n");
  }
}
