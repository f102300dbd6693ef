package dev.assay.data;

/**
 * How a {@link BatchLoader} draws and augments.
 *
 * @param batch images per batch
 * @param cropW width of a crop in pixels
 * @param cropH height of a crop in pixels
 * @param flip whether half of the crops are mirrored left to right
 * @param seed decides order, crops and flips
 * @param epochShuffle whether every epoch visits the items in a new order, or in index order
 * @param minScale smallest factor the image is resized by before cropping; 1 for none
 * @param maxScale largest such factor
 * @param threads prefetching threads; does not change what is drawn
 * @param batches batches in the ring; at most one fewer may be prepared ahead of the consumer's
 */
public record LoaderConfig(
    int batch,
    int cropW,
    int cropH,
    boolean flip,
    long seed,
    boolean epochShuffle,
    double minScale,
    double maxScale,
    int threads,
    int batches) {
  private static final double SCALE_LIMIT = 16;

  /** Checks every value. */
  public LoaderConfig {
    requireAtLeast(1, "batch", batch);
    requireAtLeast(1, "cropW", cropW);
    requireAtLeast(1, "cropH", cropH);
    requireAtLeast(1, "threads", threads);
    requireAtLeast(2, "batches", batches);
    if (!(minScale > 0 && minScale <= maxScale && maxScale <= SCALE_LIMIT)) {
      throw new IllegalArgumentException(
          "minScale=%s, maxScale=%s must be 0 < minScale <= maxScale <= %s"
              .formatted(minScale, maxScale, SCALE_LIMIT));
    }
  }

  /** Flips and random crops as in the papers; no resizing, one thread, three batches. */
  public static LoaderConfig flipAndCrop(int batch, int cropW, int cropH, long seed) {
    return new LoaderConfig(batch, cropW, cropH, true, seed, true, 1, 1, 1, 3);
  }

  /** The same with random resizing. */
  public LoaderConfig withScale(double min, double max) {
    return new LoaderConfig(
        batch, cropW, cropH, flip, seed, epochShuffle, min, max, threads, batches);
  }

  /** The same with another number of prefetching threads and batches in the ring. */
  public LoaderConfig withPrefetch(int threads, int batches) {
    return new LoaderConfig(
        batch, cropW, cropH, flip, seed, epochShuffle, minScale, maxScale, threads, batches);
  }

  private static void requireAtLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + "=" + value + " must be >= " + least);
    }
  }
}
