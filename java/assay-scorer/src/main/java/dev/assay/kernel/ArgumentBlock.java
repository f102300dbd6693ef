package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.device.Workspace;
import dev.assay.memory.Device;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.UnsafeApi;

/**
 * Off-heap words in the order of {@code assay.h}: an AssayExec, then one argument struct, then
 * words for the call's scalar results, and one for the scratch that it wants. Serves one call at a
 * time, because two calls filling one block would mix one's addresses with the other's sizes.
 *
 * <p>A call is {@link #enter}, one line per argument, {@link #call}, and {@link #leave} in a {@code
 * finally}. Arguments keep their owners alive until the work on them is done. On a GPU arguments in
 * its memory are used in place and those of the host are staged; the call waits only when something
 * comes back to the host.
 */
final class ArgumentBlock implements AutoCloseable {
  /** A function of {@code assay.h}. */
  @FunctionalInterface
  interface Entry {
    int call(long exec, long args);
  }

  private static final int EXEC_WORDS = 7;
  private static final int IDLE = 0;
  private static final int BUSY = 1;
  private static final int CLOSED = 2;

  private final String kernel;
  private final int words;
  private final HostBuffer buffer;
  private final AtomicInteger state = new AtomicInteger(IDLE);
  private final Leases leases = new Leases();
  private final Transfers transfers = new Transfers();
  private final long exec;
  private final long args;
  private final long wanted;
  private Exec how;
  private boolean enqueued;

  /**
   * @param kernel the kernel's name, for messages
   * @param words size of the argument struct in 64-bit words, its size word included
   * @param results number of 64-bit result words
   */
  ArgumentBlock(String kernel, int words, int results) {
    this.kernel = kernel;
    this.words = words;
    this.buffer =
        HostBuffer.allocate(kernel + " arguments", 8L * (EXEC_WORDS + words + results + 1));
    this.exec = buffer.address();
    this.args = exec + 8L * EXEC_WORDS;
    this.wanted = args + 8L * (words + results);
    UnsafeApi.putLong(exec, 8L * EXEC_WORDS);
    UnsafeApi.putLong(exec + 48, wanted);
    UnsafeApi.putLong(args, 8L * words);
  }

  /** Starts a call; every {@code enter} is followed by {@link #leave} in a {@code finally}. */
  void enter(Exec how) {
    long stream = how.device().isCpu() ? 0 : streamOf(how);
    if (!state.compareAndSet(IDLE, BUSY)) {
      throw new IllegalStateException(
          kernel
              + (state.get() == CLOSED
                  ? " is closed"
                  : " is in use by another call; give each thread its own instance"));
    }
    this.how = how;
    this.enqueued = false;
    transfers.clear();
    UnsafeApi.putLong(exec + 8, how.device().ordinal());
    UnsafeApi.putLong(exec + 16, stream);
    UnsafeApi.putLong(exec + 24, how.threads());
  }

  private static long streamOf(Exec how) {
    NativeLibrary.Cuda library = NativeLibrary.cuda();
    if (!library.available()) {
      throw new NoSuchDeviceException(how.device() + ": " + library.reason());
    }
    return how.stream().handle();
  }

  /** Makes the call; on a GPU returns when what comes back to the host is there. */
  void call(Entry entry) {
    if (how.device().isCpu()) {
      Status.check(entry.call(exec, args));
      return;
    }
    boolean failed = true;
    try {
      transfers.moveIn(how.stream(), this);
      // The library makes the device's context the thread's, which may have had another.
      how.stream().device().run(() -> enqueue(entry));
      enqueued = !transfers.comesBack();
      if (!enqueued) {
        transfers.moveOut(how.stream());
      }
      failed = false;
    } finally {
      if (failed) {
        how.stream().settle();
      }
    }
  }

  /** With the stream's scratch, which grows if the kernel says that it wants more. */
  private void enqueue(Entry entry) {
    Workspace workspace = how.stream().workspace();
    UnsafeApi.putLong(wanted, 0);
    int status = attempt(entry, workspace);
    long missing = UnsafeApi.getLong(wanted);
    if (missing > workspace.kernelScratchBytes()) {
      workspace.growKernelScratch(missing);
      status = attempt(entry, workspace);
    }
    Status.check(status);
  }

  private int attempt(Entry entry, Workspace workspace) {
    UnsafeApi.putLong(exec + 32, workspace.kernelScratch());
    UnsafeApi.putLong(exec + 40, workspace.kernelScratchBytes());
    return entry.call(exec, args);
  }

  /** Ends the call's leases, or leaves them to the work that is still to come. */
  void leave() {
    try {
      if (enqueued) {
        leases.releaseBehind(how.stream());
      }
    } finally {
      leases.release();
      state.set(IDLE);
    }
  }

  long exec() {
    return exec;
  }

  long args() {
    return args;
  }

  void put(int word, long value) {
    UnsafeApi.putLong(args + 8L * word, value);
  }

  void put(int word, double value) {
    UnsafeApi.putDouble(args + 8L * word, value);
  }

  /** An input of at least {@code count} elements of {@code width} bytes; null is none. */
  void in(int word, String name, Span span, long count, int width) {
    put(word, name, span, count, width, Transfers.Way.IN);
  }

  /** Likewise, an output: only these elements are written. */
  void out(int word, String name, Span span, long count, int width) {
    put(word, name, span, count, width, Transfers.Way.OUT);
  }

  /** Likewise, read and written. */
  void inOut(int word, String name, Span span, long count, int width) {
    put(word, name, span, count, width, Transfers.Way.BOTH);
  }

  private void put(int word, String name, Span span, long count, int width, Transfers.Way way) {
    Check.span(name, span, count, width);
    if (span == null) {
      put(word, 0);
      return;
    }
    leases.take(span);
    place(word, name, span.device(), span.address(), count * width, way);
  }

  /** The rows of a matrix, an input: its address only. */
  void in(int word, String name, MatrixView matrix) {
    long floats = matrix.rows() == 0 ? 0 : (matrix.rows() - 1) * matrix.rowStride();
    long last = matrix.rows() == 0 ? 0 : matrix.columns();
    in(word, name, matrix.span(), floats + last, Float.BYTES);
  }

  /** Writes the ten words of an AssayTensor, an input. */
  void in(int word, String name, TensorView t) {
    place(word, name, t.device(), t.address(), t.extent(), Transfers.Way.IN);
    put(word + 1, t.dtype().code());
    put(word + 2, t.n());
    put(word + 3, t.c());
    put(word + 4, t.h());
    put(word + 5, t.w());
    put(word + 6, t.strideN());
    put(word + 7, t.strideC());
    put(word + 8, t.strideH());
    put(word + 9, t.strideW());
  }

  private void place(
      int word, String name, Device where, long address, long bytes, Transfers.Way way) {
    put(word, address);
    if (where.equals(how.device())) {
      return;
    }
    if (!where.isCpu()) {
      throw new IllegalArgumentException(
          kernel + ": " + name + " lies on " + where + ", expected " + expected());
    }
    transfers.add(word, address, bytes, way);
  }

  private String expected() {
    return how.device().isCpu() ? "cpu" : "cpu or " + how.device();
  }

  /** Makes argument {@code word} point at result word {@code index}. */
  void putResult(int word, int index) {
    place(word, "result", Device.CPU, resultAddress(index), Long.BYTES, Transfers.Way.OUT);
  }

  long resultLong(int index) {
    return UnsafeApi.getLong(resultAddress(index));
  }

  double resultDouble(int index) {
    return UnsafeApi.getDouble(resultAddress(index));
  }

  private long resultAddress(int index) {
    return args + 8L * (words + index);
  }

  @Override
  public void close() {
    if (state.compareAndSet(IDLE, CLOSED)) {
      buffer.close();
    } else if (state.get() == BUSY) {
      throw new IllegalStateException(kernel + " is in use; close it after the call returns");
    }
  }
}
