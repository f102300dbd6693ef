package dev.assay.model;

/**
 * Sizes of a query network's input.
 *
 * @param stateRegions S, regions of the state set
 * @param features F, features of a region: what state regions and candidates share
 * @param similarities K, the further features of a candidate that open its gate: histograms of its
 *     KL divergence from the labelled and the unlabelled regions; 0: none, and no gate (the
 *     ablations 1H and 3H of table E.1)
 */
public record QueryConfig(int stateRegions, int features, int similarities) {
  /** Checks the ranges. */
  public QueryConfig {
    require("stateRegions", stateRegions, 1);
    require("features", features, 1);
    require("similarities", similarities, 0);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + "=" + value + " must be >= " + least);
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
