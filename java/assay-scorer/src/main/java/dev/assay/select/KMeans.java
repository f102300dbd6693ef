package dev.assay.select;

import dev.assay.device.Exec;
import dev.assay.kernel.SquaredDistances;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.Arrays;

/**
 * k-means: centres seeded by k-means++, then Lloyd's iterations until no point moves, at most
 * {@value #MAX_ITERATIONS}. Sums go in double over the points in order, so that the clusters depend
 * on the seed and the points alone. A cluster that loses all its points keeps its centre.
 */
final class KMeans {
  private static final int MAX_ITERATIONS = 50;
  private static final int BLOCK = 4096;

  private final Exec exec;
  private final FeatureRows points;
  private final int[] cluster;

  private KMeans(Exec exec, FeatureRows points) {
    this.exec = exec;
    this.points = points;
    this.cluster = new int[points.rows()];
    Arrays.fill(cluster, -1);
  }

  /** The cluster of every point of the pool, labelled ones included, in [0, clusters). */
  static int[] cluster(Round round, Pool pool, EuclideanPoints points, int clusters, int stream) {
    Pool all = new Pool(pool.rows(), pool.rows().length);
    KMeans means = new KMeans(round.exec(), points.features());
    try (FeatureRows centres = seed(round, all, points, clusters, stream)) {
      for (int i = 0; i < MAX_ITERATIONS && means.assign(centres); i++) {
        means.move(centres);
      }
    }
    return means.cluster;
  }

  private static FeatureRows seed(
      Round round, Pool all, EuclideanPoints points, int clusters, int stream) {
    FeatureRows centres = new FeatureRows("centres", clusters, points.features().width());
    try (NearestCentre nearest = new NearestCentre(points, all.size())) {
      for (int c = 0; c < clusters; c++) {
        int next =
            c == 0
                ? SquaredDistanceDraw.any(round, all, stream)
                : SquaredDistanceDraw.next(round, nearest, all.size(), stream, c);
        nearest.add(next);
        centres.copy(points.features(), next, c);
      }
    } catch (RuntimeException e) {
      centres.close();
      throw e;
    }
    return centres;
  }

  /** Gives every point its nearest centre, the first among equals; whether any point moved. */
  private boolean assign(FeatureRows centres) {
    boolean moved = false;
    int k = centres.rows();
    try (SquaredDistances kernel = new SquaredDistances();
        HostBuffer block = HostBuffer.floats("distances to centres", (long) BLOCK * k)) {
      for (int first = 0; first < cluster.length; first += BLOCK) {
        int count = Math.min(BLOCK, cluster.length - first);
        Span distances = Span.of(block, 0, 4L * count * k);
        kernel.run(exec, points.view(first, count), centres.view(0, k), distances);
        for (int i = 0; i < count; i++) {
          int nearest = 0;
          for (int c = 1; c < k; c++) {
            if (block.getFloat((long) i * k + c) < block.getFloat((long) i * k + nearest)) {
              nearest = c;
            }
          }
          moved |= cluster[first + i] != nearest;
          cluster[first + i] = nearest;
        }
      }
    }
    return moved;
  }

  /** Moves every centre to the mean of its points. */
  private void move(FeatureRows centres) {
    int width = points.width();
    double[][] sums = new double[centres.rows()][width];
    int[] counts = new int[centres.rows()];
    for (int i = 0; i < cluster.length; i++) {
      double[] sum = sums[cluster[i]];
      counts[cluster[i]]++;
      for (int k = 0; k < width; k++) {
        sum[k] += points.get(i, k);
      }
    }
    for (int c = 0; c < counts.length; c++) {
      for (int k = 0; k < width && counts[c] > 0; k++) {
        centres.put(c, k, (float) (sums[c][k] / counts[c]));
      }
    }
  }
}
