package dev.assay.select;

import java.util.Locale;

/** A per-region quantity that a strategy can ask for; the scorer computes only what is asked. */
public enum Signal {
  /** Mean entropy of the region's pixels, in nats. */
  ENTROPY_MEAN,
  /** Mean of the largest minus the second largest class probability. */
  MARGIN_MEAN,
  /** Mean of one minus the largest class probability. */
  LEAST_CONFIDENCE_MEAN,
  /** Pixels per predicted class. */
  CLASS_HISTOGRAM;

  /** The name used in files, for example {@code entropy_mean}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
