package dev.assay.kernel;

/**
 * What becomes of the terms of the classes that two images share; {@link #code} is the C ABI's
 * (ASSAY_SUM_OVER_COMMON, ASSAY_MEAN_OVER_COMMON).
 */
public enum ContextForm {
  /** Eq. 2 of the contextual-diversity paper. */
  SUM(0),
  /** Divided by the number of common classes, as the paper's public k-center code does. */
  MEAN(1);

  private final int code;

  ContextForm(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
