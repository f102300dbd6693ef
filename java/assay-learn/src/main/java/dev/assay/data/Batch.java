package dev.assay.data;

import dev.assay.memory.HostBuffer;

/**
 * One mini-batch in host memory, reused from step to step.
 *
 * <p>{@code images} is fp32 [n, height, width, 3] (NHWC, RGB, normalised as the data set's preset
 * says); {@code labels} is u8 [n, height, width] with 255 where a pixel is not labelled. Owner of
 * both buffers; confined to one thread at a time.
 */
public final class Batch implements AutoCloseable {
  private final int n;
  private final int height;
  private final int width;
  private final HostBuffer images;
  private final HostBuffer labels;

  /** Allocates a batch of {@code n} images of {@code height} x {@code width} pixels. */
  public Batch(int n, int height, int width) {
    this.n = n;
    this.height = height;
    this.width = width;
    long pixels = Math.multiplyExact(Math.multiplyExact((long) n, height), width);
    this.images = HostBuffer.floats("batch images", pixels * 3);
    this.labels = HostBuffer.allocate("batch labels", pixels);
  }

  /** Number of images. */
  public int n() {
    return n;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** fp32 [n, height, width, 3]. */
  public HostBuffer images() {
    return images;
  }

  /** u8 [n, height, width], 255 = ignore. */
  public HostBuffer labels() {
    return labels;
  }

  @Override
  public void close() {
    images.close();
    labels.close();
  }
}
