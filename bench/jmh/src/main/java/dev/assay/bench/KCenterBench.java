package dev.assay.bench;

import dev.assay.kernel.ContextForm;
import dev.assay.kernel.KCenter;
import dev.assay.kernel.MixtureView;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import java.util.SplittableRandom;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * How long do 150 picks from 3000 images with 300 labelled take, by contextual diversity of 19
 * classes and by the Euclidean distance of 2048 features? Bytes: 4.3 MB and 24.6 MB read at least
 * once.
 */
public class KCenterBench extends KernelBenchmark {
  private static final int IMAGES = 3000;
  private static final int LABELLED = 300;
  private static final int PICKS = 150;
  private static final int CLASSES = 19;
  private static final int DIMENSIONS = 2048;

  private KCenter kernel;
  private MixtureView mixtures;
  private MatrixView features;
  private KCenter.Start start;
  private KCenter.Picks picks;

  @Override
  void prepare() {
    mixtures =
        Mixtures.fill(
            buffer(4L * IMAGES * CLASSES * CLASSES), buffer(IMAGES * CLASSES), IMAGES, CLASSES);
    SplittableRandom random = new SplittableRandom(6);
    HostBuffer values = buffer(4L * IMAGES * DIMENSIONS);
    for (long i = 0; i < (long) IMAGES * DIMENSIONS; i++) {
      values.putFloat(i, (float) (random.nextDouble() + 2 * Math.sin(i / DIMENSIONS % 200 + i)));
    }
    features = MatrixView.dense(Span.of(values), IMAGES, DIMENSIONS);
    Span labelled = span(4 * LABELLED);
    for (int i = 0; i < LABELLED; i++) {
      UnsafeApi.putInt(labelled.address() + 4L * i, 10 * i);
    }
    start = KCenter.Start.from(labelled, LABELLED);
    Span radius = span(4 * PICKS);
    picks = new KCenter.Picks(PICKS, span(4 * PICKS), radius);
    kernel = keep(new KCenter());
    contextual();
    requireShrinking(radius);
    euclidean();
    requireShrinking(radius);
  }

  /** The covering radius never grows. */
  private static void requireShrinking(Span radius) {
    for (int i = 1; i < PICKS; i++) {
      float before = UnsafeApi.getFloat(radius.address() + 4L * (i - 1));
      float after = UnsafeApi.getFloat(radius.address() + 4L * i);
      require(after <= before && after > 0, "radius " + before + ", then " + after);
    }
  }

  /** CDAL-CS. */
  @Benchmark
  public void contextual() {
    kernel.contextual(exec, mixtures, ContextForm.SUM, start, picks);
  }

  /** Coreset. */
  @Benchmark
  public void euclidean() {
    kernel.euclidean(exec, features, start, picks);
  }
}
