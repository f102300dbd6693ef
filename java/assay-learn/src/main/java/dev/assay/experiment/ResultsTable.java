package dev.assay.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code results.csv}, made anew from the finished rounds whenever one is added, so it is always
 * complete and in the order strategy, seed, round, split.
 */
final class ResultsTable {
  private ResultsTable() {}

  static void write(RunDirectory run, ExperimentConfig config, List<String> classNames) {
    StringBuilder csv = new StringBuilder(header(classNames));
    for (String strategy : config.arms()) {
      for (long seed : config.seeds()) {
        for (int round = 0; round <= config.protocol().rounds(); round++) {
          RunDirectory.RoundDirectory directory =
              run.round(strategy, round == 0 ? config.initialSeed(seed) : seed, round);
          if (directory.isDone()) {
            rows(csv, strategy, seed, Metrics.read(directory.metrics()));
          }
        }
      }
    }
    RunFiles.write(run.results(), csv.toString());
  }

  private static String header(List<String> classNames) {
    StringBuilder header =
        new StringBuilder(
            "strategy,seed,round,labelled_regions,labelled_pixels,labelled_fraction,"
                + "split,miou,pixel_accuracy");
    for (String name : classNames) {
      header.append(',').append(Csv.field("iou_" + name));
    }
    return header.append(",train_seconds,score_seconds,eval_seconds\n").toString();
  }

  private static void rows(StringBuilder csv, String strategy, long seed, Metrics metrics) {
    for (Map.Entry<String, Metrics.Evaluation> split : metrics.splits().entrySet()) {
      Metrics.Evaluation evaluation = split.getValue();
      csv.append(strategy).append(',').append(seed);
      csv.append(',').append(metrics.round());
      csv.append(',').append(metrics.labelledRegions());
      csv.append(',').append(metrics.labelledPixels());
      csv.append(',').append(metrics.labelledFraction());
      csv.append(',').append(split.getKey());
      number(csv, evaluation.miou());
      number(csv, evaluation.pixelAccuracy());
      for (Double iou : evaluation.iou()) {
        number(csv, iou);
      }
      csv.append(String.format(Locale.ROOT, ",%.3f", metrics.trainSeconds()));
      csv.append(String.format(Locale.ROOT, ",%.3f", metrics.scoreSeconds()));
      csv.append(String.format(Locale.ROOT, ",%.3f\n", metrics.evalSeconds()));
    }
  }

  private static void number(StringBuilder csv, Double value) {
    csv.append(',').append(value == null ? "" : value.toString());
  }
}
