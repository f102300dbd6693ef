package dev.assay.nn;

/** What a graph is for. */
public enum Mode {
  /** Batch statistics, dropout on, gradients. */
  TRAINING,
  /** Running statistics, dropout off, no gradients. */
  INFERENCE,
  /** Running statistics, dropout on, no gradients (Gal and Ghahramani 2016). */
  MC_DROPOUT
}
