package dev.assay.nn;

/**
 * Distribution of a fresh parameter: normal with the given mean and standard deviation.
 *
 * @param mean value of the centre
 * @param deviation 0 for a constant
 */
public record Initialiser(double mean, double deviation) {
  /** Every value the same. */
  public static Initialiser constant(double value) {
    return new Initialiser(value, 0);
  }

  /** Centred normal. */
  public static Initialiser normal(double deviation) {
    return new Initialiser(0, deviation);
  }

  /** N(0, 2 / (out kernel^2)): He et al. 2015 with fan-out, as torchvision initialises ResNets. */
  public static Initialiser heFanOut(int out, int kernel) {
    return normal(Math.sqrt(2.0 / ((double) out * kernel * kernel)));
  }

  /** N(0, 1 / (in kernel^2)): keeps the variance of a linear layer's input. */
  public static Initialiser fanIn(int in, int kernel) {
    return normal(Math.sqrt(1.0 / ((double) in * kernel * kernel)));
  }
}
