package dev.assay.bench;

import dev.assay.device.Exec;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.PixelSignals;
import dev.assay.kernel.ScoreKind;
import dev.assay.kernel.SgdStep;
import dev.assay.kernel.SquaredNorm;
import dev.assay.memory.DType;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does Java add to a call: checks, leases, the argument block, the crossing? The same calls,
 * on the same single element, are made natively by bench/native/call_bench.cpp under the same
 * names; the difference is the binding. With {@code -prof gc} it must allocate nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CallOverheadBench {
  private final Exec exec = Exec.cpu(1);
  private HostBuffer values;
  private SquaredNorm norm;
  private SgdStep sgd;
  private PixelSignals pixels;
  private Engine engine;
  private Session session;
  private TensorView pixel;
  private PixelMaps maps;

  /** One element or one pixel of two classes: as little work as a call can have. */
  @Setup(Level.Trial)
  public void setUp() {
    values = HostBuffer.floats("values", 16);
    values.putFloat(0, 2);
    norm = new SquaredNorm();
    sgd = new SgdStep();
    pixels = new PixelSignals();
    engine = Engine.cpu(1);
    session = engine.session();
    pixel = TensorView.nchw(values.address(), DType.F32, 1, 2, 1, 1);
    maps =
        new PixelMaps(
            Span.of(values, 16, 4),
            Span.of(values, 20, 1),
            Span.of(values, 24, 4),
            Span.of(values, 28, 4));
    sessionPixelSignals();
    double entropy = Math.log1p(Math.exp(-2)) + 2 * Math.exp(-2) / (1 + Math.exp(-2));
    if (squaredNorm() != 4 || Math.abs(values.getFloat(4) - entropy) > 1e-6) {
      throw new IllegalStateException("norm " + squaredNorm() + " entropy " + values.getFloat(4));
    }
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void tearDown() {
    engine.close();
    pixels.close();
    norm.close();
    sgd.close();
    values.close();
  }

  /** Four argument words. */
  @Benchmark
  public double squaredNorm() {
    return norm.run(exec, values.address(), 1);
  }

  /** Nine argument words. */
  @Benchmark
  public void sgdStep() {
    long at = values.address() + 32;
    sgd.run(exec, at, at + 4, at + 8, 1, 0, 0, 0, 1);
  }

  /** A tensor and four leased spans. */
  @Benchmark
  public long pixelSignals() {
    return pixels.run(exec, pixel, ScoreKind.LOGITS, maps);
  }

  /** The same through a session. */
  @Benchmark
  public void sessionPixelSignals() {
    session.pixelSignals(pixel, ScoreKind.LOGITS, maps);
  }
}
