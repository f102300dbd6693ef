package dev.assay.nn.backend;

/** Shape of an activation, stored dense in the order n, h, w, c. */
public record Shape(int n, int h, int w, int c) {
  /** Checks that every extent is positive. */
  public Shape {
    if (n < 1 || h < 1 || w < 1 || c < 1) {
      throw new IllegalArgumentException(
          "shape [" + n + ", " + h + ", " + w + ", " + c + "] must have positive extents");
    }
  }

  /** Number of elements. */
  public long elements() {
    return Math.multiplyExact(Math.multiplyExact((long) n * h, (long) w), (long) c);
  }

  /** The same image extents with {@code channels} channels. */
  public Shape withChannels(int channels) {
    return new Shape(n, h, w, channels);
  }

  /** The same batch and channels with other image extents. */
  public Shape withSize(int height, int width) {
    return new Shape(n, height, width, c);
  }

  @Override
  public String toString() {
    return "[n=" + n + ", h=" + h + ", w=" + w + ", c=" + c + "]";
  }
}
