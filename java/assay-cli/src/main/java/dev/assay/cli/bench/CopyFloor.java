package dev.assay.cli.bench;

import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.memory.HostBuffer;
import dev.assay.score.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.UnsafeApi;

/**
 * The floor under a kernel that moves {@code bytes}: how long this machine takes to copy half as
 * many, which reads one half and writes the other, on the same device, with as many threads. A copy
 * of the same size stays in the same caches, so a small image is held against them and not against
 * the memory.
 */
final class CopyFloor implements AutoCloseable {
  private static final int REPEATS = 9;

  private final Engine engine;
  private final int threads;
  private final ExecutorService pool;

  CopyFloor(Engine engine, int threads) {
    this.engine = engine;
    this.threads = threads;
    this.pool = Executors.newFixedThreadPool(threads);
  }

  /** The best of several copies, in milliseconds. */
  double millis(long bytes) {
    long half = Math.max(bytes / 2, 1);
    return engine.device().isCpu() ? onHost(half) : onDevice(half);
  }

  private double onDevice(long half) {
    CudaStream stream = engine.exec().stream();
    try (DeviceBuffer from = engine.cudaDevice().allocate("copy from", half);
        DeviceBuffer to = engine.cudaDevice().allocate("copy to", half)) {
      stream.zero(from.address(), half);
      long best = Long.MAX_VALUE;
      for (int i = 0; i < REPEATS; i++) {
        stream.synchronize();
        long start = System.nanoTime();
        stream.copyWithin(from.address(), to.address(), half);
        stream.synchronize();
        best = Math.min(best, System.nanoTime() - start);
      }
      return best / 1e6;
    }
  }

  private double onHost(long half) {
    try (HostBuffer from = HostBuffer.allocate("copy from", half);
        HostBuffer to = HostBuffer.allocate("copy to", half)) {
      List<Callable<Void>> parts = parts(from, to, half);
      long best = Long.MAX_VALUE;
      for (int i = 0; i < REPEATS; i++) {
        long start = System.nanoTime();
        for (Future<Void> part : pool.invokeAll(parts)) {
          part.get();
        }
        best = Math.min(best, System.nanoTime() - start);
      }
      return best / 1e6;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while copying", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a copy failed", e);
    }
  }

  private List<Callable<Void>> parts(HostBuffer from, HostBuffer to, long bytes) {
    List<Callable<Void>> parts = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      long begin = bytes * t / threads;
      long length = bytes * (t + 1) / threads - begin;
      parts.add(
          () -> {
            UnsafeApi.copyMemory(from.address() + begin, to.address() + begin, length);
            return null;
          });
    }
    return parts;
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
