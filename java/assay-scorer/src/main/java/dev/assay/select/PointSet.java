package dev.assay.select;

import dev.assay.memory.HostBuffer;

/** The points of a pool in some metric, by position. Owner of what it needs to measure. */
interface PointSet extends AutoCloseable {
  /**
   * Measures from points [first, first + count) to points [0, targets).
   *
   * @param distances f32 [count, targets]; for Euclidean metrics the squares
   */
  void measure(int first, int count, int targets, HostBuffer distances);

  /** The distance of a measured value. */
  double distance(float measured);

  @Override
  void close();
}
