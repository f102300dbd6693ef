package dev.assay.kernel;

import dev.assay.device.Exec;

/**
 * Sum of squares in double, in an order that does not depend on the thread count.
 *
 * <p>Takes a raw address, whose memory the caller keeps alive. One call at a time; close it when
 * done.
 */
public final class SquaredNorm implements AutoCloseable {
  private static final int VALUES = 1;
  private static final int COUNT = 2;
  private static final int OUT = 3;
  private static final int WORDS = 4;

  private final ArgumentBlock block = new ArgumentBlock("squared_norm", WORDS, 1);

  /**
   * Sums the squares of {@code count} values.
   *
   * @param values address of fp32 [count]
   */
  public double run(Exec exec, long values, long count) {
    check(values, count);
    block.enter(exec);
    try {
      block.putResult(OUT, 0);
      call(values, count);
      return block.resultDouble(0);
    } finally {
      block.leave();
    }
  }

  /**
   * The same into the memory of the call's device; on a GPU the host does not wait.
   *
   * @param out address of one fp64
   */
  public void enqueue(Exec exec, long values, long count, long out) {
    check(values, count);
    Check.address("out", out, 1);
    block.enter(exec);
    try {
      block.put(OUT, out);
      call(values, count);
    } finally {
      block.leave();
    }
  }

  private static void check(long values, long count) {
    Check.count("count", count);
    Check.address("values", values, count);
  }

  private void call(long values, long count) {
    block.put(VALUES, values);
    block.put(COUNT, count);
    block.call(AssayLibrary::assay_squared_norm);
  }

  @Override
  public void close() {
    block.close();
  }
}
