package dev.assay.nn.backend;

/** Geometry and rule of a square pooling window. */
public record PoolingSpec(Rule rule, int kernel, int stride, int padding) {
  /** How a window becomes one value. */
  public enum Rule {
    /** The largest value; padding never wins. */
    MAX,
    /** The mean of the values inside the image: the divisor counts no padding. */
    AVERAGE_EXCLUDING_PADDING
  }

  /** Checks the ranges. */
  public PoolingSpec {
    if (kernel < 1 || stride < 1 || padding < 0 || padding >= kernel) {
      throw new IllegalArgumentException(
          "pooling: kernel="
              + kernel
              + " and stride="
              + stride
              + " must be >= 1, padding="
              + padding
              + " in [0, kernel)");
    }
  }

  /** Output shape: floor((in + 2 padding - kernel) / stride) + 1 in both directions. */
  public Shape output(Shape in) {
    if (in.h() + 2 * padding < kernel || in.w() + 2 * padding < kernel) {
      throw new IllegalArgumentException(
          "pooling: input " + in + " is smaller than the window " + kernel);
    }
    return in.withSize(
        (in.h() + 2 * padding - kernel) / stride + 1, (in.w() + 2 * padding - kernel) / stride + 1);
  }
}
