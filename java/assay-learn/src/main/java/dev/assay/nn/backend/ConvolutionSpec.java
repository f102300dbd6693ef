package dev.assay.nn.backend;

/**
 * Geometry of a square two-dimensional convolution. Weights are [outChannels, inChannels / groups,
 * kernel, kernel] (OIHW), dilation 1 is dense.
 */
public record ConvolutionSpec(
    int outChannels, int kernel, int stride, int padding, int dilation, int groups, boolean bias) {
  /** Checks the ranges. */
  public ConvolutionSpec {
    if (outChannels < 1 || kernel < 1 || stride < 1 || padding < 0 || dilation < 1 || groups < 1) {
      throw new IllegalArgumentException(
          "convolution: outChannels="
              + outChannels
              + " kernel="
              + kernel
              + " stride="
              + stride
              + " dilation="
              + dilation
              + " groups="
              + groups
              + " must be >= 1 and padding="
              + padding
              + " >= 0");
    }
    if (outChannels % groups != 0) {
      throw new IllegalArgumentException(
          "convolution: groups=" + groups + " must divide outChannels=" + outChannels);
    }
  }

  /** A dense, unstrided convolution that keeps the image size, without bias. */
  public static ConvolutionSpec same(int outChannels, int kernel) {
    return new ConvolutionSpec(outChannels, kernel, 1, kernel / 2, 1, 1, false);
  }

  /** The same with another stride. */
  public ConvolutionSpec withStride(int newStride) {
    return new ConvolutionSpec(outChannels, kernel, newStride, padding, dilation, groups, bias);
  }

  /** The same with dilated taps, padded so that an unstrided convolution keeps the image size. */
  public ConvolutionSpec withDilation(int newDilation) {
    int same = kernel / 2 * newDilation;
    return new ConvolutionSpec(outChannels, kernel, stride, same, newDilation, groups, bias);
  }

  /** The same in {@code newGroups} independent groups of channels. */
  public ConvolutionSpec withGroups(int newGroups) {
    return new ConvolutionSpec(outChannels, kernel, stride, padding, dilation, newGroups, bias);
  }

  /** The same with a bias per output channel. */
  public ConvolutionSpec withBias() {
    return new ConvolutionSpec(outChannels, kernel, stride, padding, dilation, groups, true);
  }

  /** Extent of the dilated kernel. */
  public int extent() {
    return (kernel - 1) * dilation + 1;
  }

  /** Output shape: floor((in + 2 padding - extent) / stride) + 1 in both directions. */
  public Shape output(Shape in) {
    if (in.c() % groups != 0) {
      throw new IllegalArgumentException(
          "convolution: groups=" + groups + " must divide the input channels " + in.c());
    }
    if (in.h() + 2 * padding < extent() || in.w() + 2 * padding < extent()) {
      throw new IllegalArgumentException(
          "convolution: input " + in + " is smaller than the kernel extent " + extent());
    }
    return new Shape(in.n(), outputSide(in.h()), outputSide(in.w()), outChannels);
  }

  /** Number of weights for {@code inChannels} input channels. */
  public long weights(int inChannels) {
    return (long) outChannels * (inChannels / groups) * kernel * kernel;
  }

  private int outputSide(int side) {
    return (side + 2 * padding - extent()) / stride + 1;
  }
}
