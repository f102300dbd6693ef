package dev.assay.kernel;

/** What {@link Elementwise} computes; {@link #code} is the C ABI's (ASSAY_RELU .. ASSAY_CAST). */
public enum ElementFunction {
  /** max(a, 0). */
  RELU(0, false),
  /** b where a > 0, else 0; a is the result of {@link #RELU}, b its gradient. */
  RELU_BACKWARD(1, true),
  /** 1 / (1 + exp(-a)). */
  SIGMOID(2, false),
  /** b a (1 - a); a is the result of {@link #SIGMOID}, b its gradient. */
  SIGMOID_BACKWARD(3, true),
  /** a + b. */
  ADD(4, true),
  /** max(a + b, 0). */
  ADD_RELU(5, true),
  /** factor a b. */
  MULTIPLY(6, true),
  /** a in another type, to nearest even. */
  CAST(7, false);

  private final int code;
  private final boolean twoInputs;

  ElementFunction(int code, boolean twoInputs) {
    this.code = code;
    this.twoInputs = twoInputs;
  }

  int code() {
    return code;
  }

  boolean twoInputs() {
    return twoInputs;
  }
}
