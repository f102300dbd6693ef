package dev.assay.bench;

import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.Session;
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
 * How long do the per-pixel maps of an image take, all four or the entropy alone? Bytes: 4 c h w
 * read, 13 h w or 4 h w written.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PixelSignalsBench {
  /** Classes x height x width. */
  @Param({"19x1024x2048", "11x360x480"})
  public String shape;

  /** Layout of the logits. */
  @Param({"nchw", "nhwc"})
  public String layout;

  /** CPU threads; 0 means all. */
  @Param("0")
  public int threads;

  private HostBuffer scores;
  private HostBuffer out;
  private Engine engine;
  private Session session;
  private TensorView logits;
  private PixelMaps all;
  private PixelMaps entropy;

  /** Allocates, runs once, and checks that entropies lie in [0, ln c]. */
  @Setup(Level.Trial)
  public void setUp() {
    int[] s = Scores.shape(shape);
    boolean nchw = layout.equals("nchw");
    long pixels = (long) s[1] * s[2];
    scores = Scores.logits(s[0], s[1], s[2], Scores.Values.STREET, nchw);
    out = HostBuffer.allocate("maps", 13 * pixels);
    logits = Scores.view(scores, s[0], s[1], s[2], nchw);
    Span first = Span.of(out, 0, 4 * pixels);
    all =
        new PixelMaps(
            first,
            Span.of(out, 12 * pixels, pixels),
            Span.of(out, 4 * pixels, 4 * pixels),
            Span.of(out, 8 * pixels, 4 * pixels));
    entropy = new PixelMaps(first, null, null, null);
    engine = Engine.cpu(threads);
    session = engine.session();
    allMaps();
    for (long i = 0; i < pixels; i++) {
      float value = out.getFloat(i);
      if (!(value >= 0 && value <= Math.log(s[0]) + 1e-5)) {
        throw new IllegalStateException("entropy " + value + " at pixel " + i);
      }
    }
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void tearDown() {
    engine.close();
    out.close();
    scores.close();
  }

  /** Entropy, argmax, largest probability and margin. */
  @Benchmark
  public void allMaps() {
    session.pixelSignals(logits, ScoreKind.LOGITS, all);
  }

  /** The entropy alone. */
  @Benchmark
  public void entropyOnly() {
    session.pixelSignals(logits, ScoreKind.LOGITS, entropy);
  }
}
