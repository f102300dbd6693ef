package dev.assay.nn;

/** A layer is its equation: forward and backward beside each other, nothing about scheduling. */
interface Layer {
  /** Adds the operations that compute the outputs. */
  void forward(Plan plan);

  /**
   * Adds the operations that compute parameter gradients and contribute to the inputs' gradients.
   */
  void backward(Plan plan);

  /** Whether the outputs depend on random numbers. */
  default boolean isStochastic() {
    return false;
  }
}
