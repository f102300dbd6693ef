package dev.assay.select;

import dev.assay.memory.HostBuffer;

/**
 * How well each candidate of a pool is covered: its largest similarity to the labelled regions and
 * the picks so far, at least 0. Similarity is the cosine, at least 0, or 1 / (1 + Euclidean
 * distance).
 */
final class Coverage implements AutoCloseable {
  private static final int BLOCK = 16;

  private final boolean cosine;
  private final int size;
  private final EuclideanPoints points;
  private final HostBuffer block;
  private final double[] covered;

  Coverage(Round round, Pool pool, boolean cosine) {
    this.cosine = cosine;
    this.size = pool.size();
    this.points = new EuclideanPoints(round, pool);
    this.block = HostBuffer.floats("distances to candidates", (long) BLOCK * size);
    this.covered = new double[size];
    try {
      if (cosine) {
        points.normalise(round.candidates(), pool);
      }
      for (int first = size; first < pool.rows().length; first += BLOCK) {
        int count = Math.min(BLOCK, pool.rows().length - first);
        points.measure(first, count, size, block);
        for (int b = 0; b < count; b++) {
          cover(b);
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What each candidate would add. */
  double[] gains() {
    double[] gains = new double[size];
    for (int first = 0; first < size; first += BLOCK) {
      int count = Math.min(BLOCK, size - first);
      points.measure(first, count, size, block);
      for (int b = 0; b < count; b++) {
        gains[first + b] = gainOf(b);
      }
    }
    return gains;
  }

  /** What one candidate would add. */
  double gain(int position) {
    points.measure(position, 1, size, block);
    return gainOf(0);
  }

  /** Adds a candidate to what covers. */
  void add(int position) {
    points.measure(position, 1, size, block);
    cover(0);
  }

  /** In the order of positions: a smaller term then never makes a larger sum. */
  private double gainOf(int b) {
    double gain = 0;
    for (int i = 0; i < size; i++) {
      gain += Math.max(0, similarity(b, i) - covered[i]);
    }
    return gain;
  }

  private void cover(int b) {
    for (int i = 0; i < size; i++) {
      covered[i] = Math.max(covered[i], similarity(b, i));
    }
  }

  /** The squared distance of unit vectors is 2 - 2 cos. */
  private double similarity(int b, int i) {
    double squared = block.getFloat((long) b * size + i);
    return cosine ? Math.max(0, 1 - squared / 2) : 1 / (1 + Math.sqrt(squared));
  }

  @Override
  public void close() {
    block.close();
    points.close();
  }
}
