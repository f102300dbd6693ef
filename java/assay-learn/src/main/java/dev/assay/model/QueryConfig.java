package dev.assay.model;

/**
 * Sizes of a query network's input.
 *
 * @param stateRegions S, regions of the state set
 * @param features F, features of a region: what state regions and candidates share
 * @param similarities K, the further features of a candidate that open its gate: histograms of its
 *     KL divergence from the labelled and the unlabelled regions
 */
public record QueryConfig(int stateRegions, int features, int similarities) {
  /** Checks the ranges. */
  public QueryConfig {
    require("stateRegions", stateRegions);
    require("features", features);
    require("similarities", similarities);
  }

  private static void require(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "=" + value + " must be >= 1");
    }
  }

  /** Features of one candidate, F + K. */
  public int actionFeatures() {
    return features + similarities;
  }

  /** Values of one state. */
  public long stateValues() {
    return (long) stateRegions * features;
  }

  /** Values of {@code candidates} candidates. */
  public long actionValues(long candidates) {
    return candidates * actionFeatures();
  }
}
