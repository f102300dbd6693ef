package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.DType;

/**
 * Random zeros and ones, element i from a counter-based generator at (key, i): the bits depend on
 * neither threads nor device.
 *
 * <p>Takes raw addresses, whose memory the caller keeps alive. One call at a time; close it when
 * done.
 */
public final class DropoutMask implements AutoCloseable {
  private static final int DTYPE = 1;
  private static final int COUNT = 2;
  private static final int THRESHOLD = 3;
  private static final int KEY = 4;
  private static final int OUT = 5;
  private static final int WORDS = 6;

  private final ArgumentBlock block = new ArgumentBlock("dropout_mask", WORDS, 0);

  /**
   * Fills the mask.
   *
   * @param threshold 65536 times the probability of a zero
   * @param key any number
   * @param out address of [count]
   */
  public void run(Exec exec, DType dtype, long count, int threshold, long key, long out) {
    Check.count("count", count);
    Check.address("out", out, count);
    block.enter(exec);
    try {
      block.put(DTYPE, dtype.code());
      block.put(COUNT, count);
      block.put(THRESHOLD, threshold);
      block.put(KEY, key);
      block.put(OUT, out);
      Status.check(AssayLibrary.assay_dropout_mask(block.exec(), block.args()));
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
