package dev.assay.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.assay.kernel.ConfusionMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The content of {@code metrics.json}.
 *
 * @param labelledFraction labelled regions over candidate regions
 * @param steps training steps of this round
 * @param meanLoss mean training loss of this round; null without training
 * @param finalTraining what came of the training on all labelled regions that the evaluated weights
 *     are from; null where there was none
 * @param splits evaluations by split name
 */
record Metrics(
    String strategy,
    long seed,
    int round,
    int labelledRegions,
    long labelledPixels,
    double labelledFraction,
    long steps,
    Double meanLoss,
    FinalTraining.Outcome finalTraining,
    Map<String, Evaluation> splits,
    double trainSeconds,
    double scoreSeconds,
    double evalSeconds) {

  /**
   * One evaluation; null where nothing counts.
   *
   * @param miou mean IoU over the classes in truth or prediction, in [0, 1]
   * @param iou per class, null when it is in neither
   * @param confusion pixels, rows truth
   */
  record Evaluation(
      Double miou, Double pixelAccuracy, List<Double> iou, List<List<Long>> confusion) {
    static Evaluation of(ConfusionMatrix matrix) {
      int classes = matrix.classes();
      List<Double> iou = new ArrayList<>();
      List<List<Long>> counts = new ArrayList<>();
      for (int t = 0; t < classes; t++) {
        iou.add(orNull(matrix.iou(t)));
        List<Long> row = new ArrayList<>();
        for (int p = 0; p < classes; p++) {
          row.add(matrix.count(t, p));
        }
        counts.add(row);
      }
      return new Evaluation(orNull(matrix.miou()), orNull(matrix.accuracy()), iou, counts);
    }

    private static Double orNull(double value) {
      return Double.isNaN(value) ? null : value;
    }
  }

  /** The mIoU of each split in percent, for people. */
  String summary() {
    StringBuilder text = new StringBuilder();
    splits.forEach(
        (split, evaluation) -> {
          if (evaluation.miou() != null) {
            text.append(
                String.format(Locale.ROOT, ", %s mIoU %.1f %%", split, 100 * evaluation.miou()));
          }
        });
    return text.toString();
  }

  static Metrics read(Path file) {
    try {
      return RunFiles.JSON.readValue(Files.readString(file), Metrics.class);
    } catch (JsonProcessingException e) {
      throw new ExperimentException(
          file + ": not a round's metrics (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw new ExperimentException(file + ": cannot be read (" + e + ")", e);
    }
  }
}
