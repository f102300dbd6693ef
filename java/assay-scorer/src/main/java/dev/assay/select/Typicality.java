package dev.assay.select;

import dev.assay.device.Exec;
import dev.assay.kernel.SquaredDistances;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.Arrays;

/**
 * How typical the members of a cluster are: 1 / (mean distance to the nearest neighbours + eps).
 */
final class Typicality {
  /** Keeps duplicates finite; the authors' code has the same. */
  private static final double EPSILON = 1e-5;

  private static final int BLOCK = 64;

  private Typicality() {}

  /**
   * One value per member.
   *
   * @param members positions of the cluster's points
   * @param neighbours how many of the nearest other members count; all of them when there are fewer
   */
  static double[] of(Exec exec, FeatureRows points, int[] members, int neighbours) {
    int m = members.length;
    double[] typicality = new double[m];
    try (FeatureRows rows = new FeatureRows("cluster", m, points.width());
        SquaredDistances kernel = new SquaredDistances();
        HostBuffer block = HostBuffer.floats("distances in a cluster", (long) BLOCK * m)) {
      for (int i = 0; i < m; i++) {
        rows.copy(points, members[i], i);
      }
      for (int first = 0; first < m; first += BLOCK) {
        int count = Math.min(BLOCK, m - first);
        Span distances = Span.of(block, 0, 4L * count * m);
        kernel.run(exec, rows.view(first, count), rows.view(0, m), distances);
        for (int b = 0; b < count; b++) {
          typicality[first + b] = of(block, (long) b * m, m, first + b, neighbours);
        }
      }
    }
    return typicality;
  }

  /**
   * Of the point {@code self}, whose squared distances to {@code m} members start at {@code at}.
   */
  private static double of(HostBuffer distances, long at, int m, int self, int neighbours) {
    float[] others = new float[m - 1];
    for (int j = 0; j < m; j++) {
      if (j != self) {
        others[j < self ? j : j - 1] = distances.getFloat(at + j);
      }
    }
    Arrays.sort(others);
    int count = Math.min(neighbours, others.length);
    double sum = 0;
    for (int j = 0; j < count; j++) {
      sum += Math.sqrt(others[j]);
    }
    return 1 / (sum / Math.max(1, count) + EPSILON);
  }
}
