package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.DType;

/**
 * Dense NHWC images in another size, and the transpose of that for gradients; fp32 or bf16. The
 * rules are those of {@link ResizeRule}; bits depend on neither threads nor device.
 *
 * <p>Takes raw addresses, whose memory the caller keeps alive. One call at a time; close it when
 * done.
 */
public final class Resize implements AutoCloseable {
  private static final int FORWARD = 0;
  private static final int BACKWARD = 1;

  private static final int RULE = 1;
  private static final int DIRECTION = 2;
  private static final int DTYPE = 3;
  private static final int N = 4;
  private static final int C = 5;
  private static final int IN_H = 6;
  private static final int IN_W = 7;
  private static final int OUT_H = 8;
  private static final int OUT_W = 9;
  private static final int FROM = 10;
  private static final int TO = 11;
  private static final int WORDS = 12;

  private final ArgumentBlock block = new ArgumentBlock("resize", WORDS, 0);

  /**
   * Extents of a resizing, in pixels.
   *
   * @param n images
   * @param c channels
   * @param inH height of x and dx
   * @param inW width of x and dx
   * @param outH height of y and dy
   * @param outW width of y and dy
   */
  public record Extents(long n, long c, int inH, int inW, int outH, int outW) {}

  /** y = x resized. */
  public void forward(Exec exec, ResizeRule rule, DType dtype, Extents extents, long x, long y) {
    run(exec, rule, FORWARD, dtype, extents, x, y);
  }

  /** dx = the transpose of {@link #forward} applied to dy. */
  public void backward(Exec exec, ResizeRule rule, DType dtype, Extents extents, long dy, long dx) {
    run(exec, rule, BACKWARD, dtype, extents, dy, dx);
  }

  private void run(
      Exec exec, ResizeRule rule, int direction, DType dtype, Extents extents, long from, long to) {
    Check.address("from", from, 1);
    Check.address("to", to, 1);
    block.enter(exec);
    try {
      block.put(RULE, rule.code());
      block.put(DIRECTION, direction);
      block.put(DTYPE, dtype.code());
      block.put(N, extents.n());
      block.put(C, extents.c());
      block.put(IN_H, extents.inH());
      block.put(IN_W, extents.inW());
      block.put(OUT_H, extents.outH());
      block.put(OUT_W, extents.outW());
      block.put(FROM, from);
      block.put(TO, to);
      Status.check(AssayLibrary.assay_resize(block.exec(), block.args()));
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
