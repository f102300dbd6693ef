package dev.assay.kernel;

/** What the class scores are; {@link #code} is the C ABI's (ASSAY_LOGITS, ASSAY_PROBABILITIES). */
public enum ScoreKind {
  LOGITS(0),
  PROBABILITIES(1);

  private final int code;

  ScoreKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
