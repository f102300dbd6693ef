package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.DType;

/**
 * Functions of one element at a time over dense buffers of fp32 or bf16, for the layers of a
 * network. The equations are those of {@link ElementFunction}.
 *
 * <p>Takes raw addresses, whose memory the caller keeps alive. One call at a time; close it when
 * done.
 */
public final class Elementwise implements AutoCloseable {
  private static final int OPERATION = 1;
  private static final int DTYPE = 2;
  private static final int OUT_DTYPE = 3;
  private static final int COUNT = 4;
  private static final int A = 5;
  private static final int B = 6;
  private static final int OUT = 7;
  private static final int FACTOR = 8;
  private static final int WORDS = 9;

  private final ArgumentBlock block = new ArgumentBlock("elementwise", WORDS, 0);

  /**
   * Computes out[i] = function(a[i], b[i]).
   *
   * @param dtype type of a and b
   * @param outDtype type of out; differs from {@code dtype} with {@link ElementFunction#CAST} only
   * @param b address of the second input, or 0 where the function has none
   * @param factor of {@link ElementFunction#MULTIPLY}; ignored by the others
   */
  public void run(
      Exec exec,
      ElementFunction function,
      DType dtype,
      DType outDtype,
      long count,
      long a,
      long b,
      long out,
      double factor) {
    Check.count("count", count);
    Check.address("a", a, count);
    Check.address("b", b, function.twoInputs() ? count : 0);
    Check.address("out", out, count);
    Check.finite("factor", factor);
    block.enter(exec);
    try {
      block.put(OPERATION, function.code());
      block.put(DTYPE, dtype.code());
      block.put(OUT_DTYPE, outDtype.code());
      block.put(COUNT, count);
      block.put(A, a);
      block.put(B, b);
      block.put(OUT, out);
      block.put(FACTOR, factor);
      Status.check(AssayLibrary.assay_elementwise(block.exec(), block.args()));
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
