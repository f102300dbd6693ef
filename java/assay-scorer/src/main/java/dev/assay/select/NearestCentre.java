package dev.assay.select;

import dev.assay.memory.HostBuffer;
import java.util.Arrays;

/**
 * How far each candidate of a pool is from the nearest centre so far. Memory: {@value #BLOCK}
 * floats per candidate for the measurements, one for the result.
 */
final class NearestCentre implements AutoCloseable {
  private static final int BLOCK = 16;

  private final PointSet points;
  private final int size;
  private final float[] nearest;
  private final boolean[] centre;
  private final HostBuffer block;

  /** Starts with the labelled regions as centres. */
  NearestCentre(PointSet points, Pool pool) {
    this(points, pool.size());
    for (int first = size; first < pool.rows().length; first += BLOCK) {
      include(first, Math.min(BLOCK, pool.rows().length - first));
    }
  }

  /** Starts without a centre. */
  NearestCentre(PointSet points, int size) {
    this.points = points;
    this.size = size;
    this.nearest = new float[size];
    this.centre = new boolean[size];
    this.block = HostBuffer.floats("distances to centres", (long) BLOCK * size);
    Arrays.fill(nearest, Float.POSITIVE_INFINITY);
  }

  /** Makes a candidate a centre. */
  void add(int position) {
    include(position, 1);
    centre[position] = true;
  }

  private void include(int first, int count) {
    points.measure(first, count, size, block);
    for (int c = 0; c < count; c++) {
      for (int i = 0; i < size; i++) {
        nearest[i] = Math.min(nearest[i], block.getFloat((long) c * size + i));
      }
    }
  }

  /** Whether the candidate was made a centre. */
  boolean isCentre(int position) {
    return centre[position];
  }

  /** What the points measured to the nearest centre; infinite while there is none. */
  float measured(int position) {
    return nearest[position];
  }

  /** The candidate farthest from its centre, the first one among equals. */
  int farthest() {
    int best = -1;
    for (int i = 0; i < size; i++) {
      if (!centre[i] && (best < 0 || nearest[i] > nearest[best])) {
        best = i;
      }
    }
    return best;
  }

  @Override
  public void close() {
    block.close();
  }
}
