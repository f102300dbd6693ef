package dev.assay.bench;

import dev.assay.device.Exec;
import dev.assay.kernel.Confusion;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does the confusion matrix of an image take, and how much do skewed labels cost, which
 * hit the same counter again and again? Bytes: 2 per pixel.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConfusionBench {
  private static final int CLASSES = 19;

  /** Pixels: 360x480 and 1024x2048. */
  @Param({"172800", "2097152"})
  public int pixels;

  /** Whether one class has nearly all pixels. */
  @Param({"true", "false"})
  public boolean skewed;

  /** CPU threads; 0 means all. */
  @Param("0")
  public int threads;

  private HostBuffer truth;
  private HostBuffer prediction;
  private Span truthSpan;
  private Span predictionSpan;
  private Confusion kernel;
  private Exec exec;

  /** Allocates, runs once, and checks that every pixel was counted. */
  @Setup(Level.Trial)
  public void setUp() {
    truth = HostBuffer.allocate("truth", pixels);
    prediction = HostBuffer.allocate("prediction", pixels);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < pixels; i++) {
      int t = skewed && random.nextInt(20) > 0 ? 0 : random.nextInt(CLASSES);
      truth.putByte(i, (byte) t);
      prediction.putByte(i, (byte) (random.nextInt(10) > 0 ? t : random.nextInt(CLASSES)));
    }
    truthSpan = Span.of(truth);
    predictionSpan = Span.of(prediction);
    kernel = new Confusion(CLASSES);
    exec = Exec.cpu(threads);
    if (confusion().total() != pixels) {
      throw new IllegalStateException("counted " + confusion().total() + " of " + pixels);
    }
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void tearDown() {
    kernel.close();
    truth.close();
    prediction.close();
  }

  /** One matrix. */
  @Benchmark
  public ConfusionMatrix confusion() {
    return kernel.run(exec, truthSpan, predictionSpan, pixels, 255);
  }
}
