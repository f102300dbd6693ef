package dev.assay.nn;

/**
 * Distribution of a fresh parameter.
 *
 * @param form which distribution
 * @param mean value of the centre
 * @param spread standard deviation of a normal one, half the width of a uniform one
 */
public record Initialiser(Form form, double mean, double spread) {
  /** The distributions. */
  public enum Form {
    /** One value. */
    CONSTANT,
    /** Gaussian. */
    NORMAL,
    /** Equally dense in [mean - spread, mean + spread). */
    UNIFORM
  }

  /** Every value the same. */
  public static Initialiser constant(double value) {
    return new Initialiser(Form.CONSTANT, value, 0);
  }

  /** Centred normal. */
  public static Initialiser normal(double deviation) {
    return new Initialiser(Form.NORMAL, 0, deviation);
  }

  /** Centred uniform in [-bound, bound). */
  public static Initialiser uniform(double bound) {
    return new Initialiser(Form.UNIFORM, 0, bound);
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
