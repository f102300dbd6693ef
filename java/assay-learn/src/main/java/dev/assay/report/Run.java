package dev.assay.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;

/**
 * What one run directory holds, as far as it has been written.
 *
 * @param directory where it was read from
 * @param meta {@code run.json}
 * @param environment {@code env.json}; a missing node when there is none
 * @param config text of {@code config.resolved.yaml}; empty when there is none
 * @param rounds the costs of every finished round, also of those that were not evaluated
 * @param episodes what {@code policy/episodes.csv} says of a policy's training; empty without one
 * @param notes what is missing or unreadable, in sentences for the reader
 */
record Run(
    Path directory,
    String name,
    List<ClassInfo> classes,
    JsonNode meta,
    JsonNode environment,
    String config,
    List<Row> rows,
    List<Selection> selections,
    List<Round> rounds,
    List<Episode> episodes,
    List<String> notes) {

  /** A class and the colour of its masks as #rrggbb. */
  record ClassInfo(String name, String colour) {}

  /**
   * One line of {@code results.csv}: an evaluation of one strategy and seed after one round.
   * Fractions and IoU in [0, 1]; {@code iou} has one entry per class, NaN where the class is in
   * neither truth nor prediction.
   */
  record Row(
      String strategy,
      long seed,
      int round,
      long labelledRegions,
      long labelledPixels,
      double labelledFraction,
      String split,
      double miou,
      double pixelAccuracy,
      double[] iou,
      double trainSeconds,
      double scoreSeconds,
      double evalSeconds) {}

  /**
   * One line of {@code policy/episodes.csv}.
   *
   * @param gain the episode's return in points of percent of the reward metric
   * @param loss mean loss of the query network's updates, NaN when there were none
   * @param epsilon probability of a random action at the last step
   */
  record Episode(
      int episode,
      int steps,
      double gain,
      double loss,
      double epsilon,
      double forwardSeconds,
      double chooseSeconds,
      double trainSeconds,
      double rewardSeconds,
      double updateSeconds) {}

  /**
   * Seconds that one round took, from its {@code metrics.json}.
   *
   * @param finalSeconds of the training on everything labelled at a budget; 0 where there was none,
   *     NaN where it was not timed
   */
  record Round(
      String strategy,
      long seed,
      int round,
      double trainSeconds,
      double finalSeconds,
      double scoreSeconds,
      double evalSeconds) {}

  /** The regions one strategy and seed picked in one round, in order. */
  record Selection(String strategy, long seed, int round, List<Pick> picks) {}

  /**
   * One picked region in pixels of its image; true pixels per class as the oracle revealed them.
   */
  record Pick(String image, int x, int y, int width, int height, long[] truePixels) {}
}
