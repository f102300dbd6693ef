package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.UnsafeApi;

/**
 * Off-heap words in the order of {@code assay.h}: an AssayExec, then one argument struct, then
 * words for the call's scalar results. Serves one call at a time, because two calls filling one
 * block would mix one's addresses with the other's sizes.
 */
final class ArgumentBlock implements AutoCloseable {
  private static final int EXEC_WORDS = 4;
  private static final int IDLE = 0;
  private static final int BUSY = 1;
  private static final int CLOSED = 2;

  private final String kernel;
  private final int words;
  private final HostBuffer buffer;
  private final AtomicInteger state = new AtomicInteger(IDLE);
  private final long exec;
  private final long args;

  /**
   * @param kernel the kernel's name, for messages
   * @param words size of the argument struct in 64-bit words, its size word included
   * @param results number of 64-bit result words
   */
  ArgumentBlock(String kernel, int words, int results) {
    this.kernel = kernel;
    this.words = words;
    this.buffer = HostBuffer.allocate(kernel + " arguments", 8L * (EXEC_WORDS + words + results));
    this.exec = buffer.address();
    this.args = exec + 8L * EXEC_WORDS;
    UnsafeApi.putLong(exec, 8L * EXEC_WORDS);
    UnsafeApi.putLong(args, 8L * words);
  }

  /** Starts a call; every {@code enter} is followed by {@link #leave} in a {@code finally}. */
  void enter(Exec how) {
    if (!state.compareAndSet(IDLE, BUSY)) {
      throw new IllegalStateException(
          kernel
              + (state.get() == CLOSED
                  ? " is closed"
                  : " is in use by another call; give each thread its own instance"));
    }
    if (!how.device().isCpu()) {
      state.set(IDLE);
      throw new UnsupportedOperationException(
          kernel + ": device=" + how.device() + " has no memory owner in Java, expected cpu");
    }
    UnsafeApi.putLong(exec + 8, how.device().ordinal());
    UnsafeApi.putLong(exec + 16, 0);
    UnsafeApi.putLong(exec + 24, how.threads());
  }

  void leave() {
    state.set(IDLE);
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

  void put(int word, Span span) {
    UnsafeApi.putLong(args + 8L * word, span == null ? 0 : span.address());
  }

  /** Writes the ten words of an AssayTensor. */
  void put(int word, TensorView t) {
    put(word, t.address());
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

  /** Makes argument {@code word} point at result word {@code index}. */
  void putResult(int word, int index) {
    put(word, resultAddress(index));
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
