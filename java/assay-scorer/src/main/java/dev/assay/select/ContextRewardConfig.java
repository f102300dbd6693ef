package dev.assay.select;

/**
 * How CDAL's reward of a selection is made up: R = alpha Rcd + (1 - alpha) (Rvr + Rsr).
 *
 * @param alpha weight of contextual diversity, in [0, 1]
 * @param pairs how the distances of a selection are put together
 * @param lambda pixels below which a class counts as short of representation; 0 for the mean over
 *     the classes of what as many average images have, so that Rsr does not grow with the selection
 * @param representation column whose rows are compared for visual representation
 */
public record ContextRewardConfig(
    double alpha, ContextRewards.Pairs pairs, double lambda, String representation) {
  /** The mixtures themselves as visual representation, as in the public code. */
  public static final String MIXTURE = CdalStrategy.MIXTURE;

  /** The features of the network as visual representation. */
  public static final String FEATURES = FeatureRows.FEATURES;

  /** Checks the ranges. */
  public ContextRewardConfig {
    if (!(alpha >= 0 && alpha <= 1) || !(lambda >= 0)) {
      throw new IllegalArgumentException(
          "alpha=" + alpha + " must be in [0, 1], lambda=" + lambda + " >= 0");
    }
  }
}
