package dev.assay.bench;

import dev.assay.kernel.Confusion;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * How long does the confusion matrix of an image take, and how much do skewed labels cost, which
 * hit the same counter again and again? Bytes: 2 per pixel.
 */
public class ConfusionBench extends KernelBenchmark {
  /** Number of classes. */
  @Param({"19", "2", "150"})
  public int classes;

  /** Pixels: 360x480 and 1024x2048. */
  @Param({"172800", "2097152"})
  public int pixels;

  /** Whether one class has nearly all pixels. */
  @Param({"true", "false"})
  public boolean skewed;

  private Span truth;
  private Span prediction;
  private Span counts;
  private Confusion kernel;

  @Override
  void prepare() {
    HostBuffer truths = buffer(pixels);
    HostBuffer predictions = buffer(pixels);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < pixels; i++) {
      int t = skewed && random.nextInt(20) > 0 ? 0 : random.nextInt(classes);
      truths.putByte(i, (byte) t);
      predictions.putByte(i, (byte) (random.nextInt(10) > 0 ? t : random.nextInt(classes)));
    }
    truth = Span.of(truths);
    prediction = Span.of(predictions);
    kernel = keep(new Confusion(classes));
    counts = span(8L * classes * classes);
    long total = matrix().total();
    require(total == pixels, "counted " + total + " of " + pixels);
  }

  /** The counts into the caller's memory. */
  @Benchmark
  public void counts() {
    kernel.run(exec, truth, prediction, pixels, 255, counts);
  }

  /** A matrix on the Java heap, which is what it allocates. */
  @Benchmark
  public ConfusionMatrix matrix() {
    return kernel.run(exec, truth, prediction, pixels, 255);
  }
}
