package dev.assay.bench;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
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
 * What the kernels' benchmarks have in common: samples of single calls, because medians survive the
 * neighbours of a shared machine and means do not; and an owner of whatever a benchmark opens.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class KernelBenchmark {
  /** CPU threads of a call; 0 means all. */
  @Param({"1", "0"})
  public int threads;

  Exec exec;

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /** Prepares inputs and outputs, runs once, and throws when the result is wrong. */
  @Setup(Level.Trial)
  public final void open() {
    exec = Exec.cpu(threads);
    prepare();
  }

  abstract void prepare();

  final <T extends AutoCloseable> T keep(T resource) {
    owned.push(resource);
    return resource;
  }

  final HostBuffer buffer(long bytes) {
    return keep(HostBuffer.allocate("bench", bytes));
  }

  final Span span(long bytes) {
    return Span.of(buffer(bytes));
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException("wrong result: " + otherwise);
    }
  }

  /** Frees everything, last opened first. */
  @TearDown(Level.Trial)
  public final void close() throws Exception {
    while (!owned.isEmpty()) {
      owned.pop().close();
    }
  }
}
