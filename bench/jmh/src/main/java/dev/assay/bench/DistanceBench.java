package dev.assay.bench;

import dev.assay.kernel.ContextDistance;
import dev.assay.kernel.ContextForm;
import dev.assay.kernel.MixtureView;
import dev.assay.kernel.SquaredDistances;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * How long do all pairs of a set take: contextual diversity of 400 images of 19 classes, squared
 * Euclidean distance of 400 x 2048 features? Arithmetic bounds both: 160 000 pairs.
 */
public class DistanceBench extends KernelBenchmark {
  private static final int POINTS = 400;
  private static final int CLASSES = 19;
  private static final int DIMENSIONS = 2048;

  private ContextDistance contextKernel;
  private SquaredDistances squaredKernel;
  private MixtureView mixtures;
  private MatrixView features;
  private Span distance;

  @Override
  void prepare() {
    mixtures =
        Mixtures.fill(
            buffer(4L * POINTS * CLASSES * CLASSES), buffer(POINTS * CLASSES), POINTS, CLASSES);
    HostBuffer values = buffer(4L * POINTS * DIMENSIONS);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < POINTS * DIMENSIONS; i++) {
      values.putFloat(i, (float) random.nextDouble());
    }
    features = MatrixView.dense(Span.of(values), POINTS, DIMENSIONS);
    HostBuffer out = buffer(4L * POINTS * POINTS);
    distance = Span.of(out);
    contextKernel = keep(new ContextDistance());
    squaredKernel = keep(new SquaredDistances());
    contextual();
    requireDistances(out);
    squared();
    requireDistances(out);
  }

  /** Nothing is far from itself, and the way back is as long. */
  private static void requireDistances(HostBuffer out) {
    for (long i = 0; i < POINTS; i++) {
      require(out.getFloat(i * POINTS + i) == 0, "a point is far from itself");
      for (long j = 0; j < i; j++) {
        float there = out.getFloat(i * POINTS + j);
        float back = out.getFloat(j * POINTS + i);
        require(Math.abs(there - back) <= 1e-5f * there, there + " there, " + back + " back");
      }
    }
  }

  /** Contextual diversity. */
  @Benchmark
  public void contextual() {
    contextKernel.run(exec, mixtures, null, ContextForm.SUM, distance, null);
  }

  /** Squared Euclidean distance. */
  @Benchmark
  public void squared() {
    squaredKernel.run(exec, features, features, distance);
  }
}
