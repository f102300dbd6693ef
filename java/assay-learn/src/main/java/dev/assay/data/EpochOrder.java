package dev.assay.data;

/**
 * The item at every position of an endless run of epochs; the order of an epoch is a function of
 * (seed, epoch). Remembers one epoch's order, so each thread keeps its own.
 */
final class EpochOrder {
  private static final long STREAM = 0x6f72646572L;

  private final int size;
  private final long seed;
  private final boolean shuffle;
  private final int[] order;
  private long epoch = -1;

  EpochOrder(int size, long seed, boolean shuffle) {
    this.size = size;
    this.seed = seed;
    this.shuffle = shuffle;
    this.order = new int[shuffle ? size : 0];
  }

  int item(long position) {
    int within = (int) (position % size);
    if (!shuffle) {
      return within;
    }
    long wanted = position / size;
    if (wanted != epoch) {
      draw(wanted);
    }
    return order[within];
  }

  private void draw(long wanted) {
    for (int i = 0; i < size; i++) {
      int j = CounterRandom.below(CounterRandom.bits(seed ^ STREAM, wanted, i), i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    epoch = wanted;
  }
}
