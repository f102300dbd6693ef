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
    Check.count("count", count);
    Check.address("values", values, count);
    block.enter(exec);
    try {
      block.put(VALUES, values);
      block.put(COUNT, count);
      block.putResult(OUT, 0);
      Status.check(AssayLibrary.assay_squared_norm(block.exec(), block.args()));
      return block.resultDouble(0);
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
