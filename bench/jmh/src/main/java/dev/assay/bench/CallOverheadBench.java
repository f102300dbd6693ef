package dev.assay.bench;

import dev.assay.device.Exec;
import dev.assay.kernel.SgdStep;
import dev.assay.kernel.SquaredNorm;
import dev.assay.memory.HostBuffer;
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
 * What does a call from Java cost before any work is done: checks, filling the argument block, the
 * crossing, validation in C? With {@code -prof gc} it must allocate nothing.
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

  /** One element: as little work as a call can have. */
  @Setup(Level.Trial)
  public void setUp() {
    values = HostBuffer.floats("values", 3);
    values.putFloat(0, 2);
    norm = new SquaredNorm();
    sgd = new SgdStep();
    if (squaredNorm() != 4) {
      throw new IllegalStateException("squared norm " + squaredNorm() + " of 2");
    }
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void tearDown() {
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
    long at = values.address();
    sgd.run(exec, at, at + 4, at + 8, 1, 0, 0, 0, 1);
  }
}
