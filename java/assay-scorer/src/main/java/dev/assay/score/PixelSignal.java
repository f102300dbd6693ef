package dev.assay.score;

/** What can be asked of every pixel; each is a dense map [n, h, w]. */
public enum PixelSignal {
  /** f32, nats. */
  ENTROPY(4),
  /** u8: the predicted class, lowest index among equals. */
  ARGMAX(1),
  /** f32: the largest probability. */
  MAX_PROBABILITY(4),
  /** f32: largest minus second largest probability. */
  MARGIN(4);

  private final int bytes;

  PixelSignal(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per pixel. */
  public int bytes() {
    return bytes;
  }
}
