package dev.assay.kernel;

/**
 * What the class scores are; the ordinal is the C ABI's code (ASSAY_LOGITS, ASSAY_PROBABILITIES).
 */
public enum ScoreKind {
  LOGITS,
  PROBABILITIES
}
