package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.Span;

/**
 * Contextual diversity between the class mixtures of images: the symmetric KL divergence of the
 * mixtures of each class that both have. Equation and order of summation are in the kernel's
 * contract header.
 *
 * <p>One call at a time; close it when done.
 */
public final class ContextDistance implements AutoCloseable {
  private static final int A_MIXTURE = 1;
  private static final int A_PRESENT = 2;
  private static final int A_IMAGES = 3;
  private static final int B_MIXTURE = 4;
  private static final int B_PRESENT = 5;
  private static final int B_IMAGES = 6;
  private static final int CLASSES = 7;
  private static final int FORM = 8;
  private static final int DISTANCE = 9;
  private static final int COMMON = 10;
  private static final int WORDS = 11;

  private final ArgumentBlock block = new ArgumentBlock("context_distance", WORDS, 0);

  /**
   * Fills the wanted outputs, dense [a.images, b.images]; null means not wanted.
   *
   * @param b null for {@code a} itself
   * @param distance f32, nats; 0 for two images without a common class
   * @param common i32, classes present in both
   */
  public void run(
      Exec exec, MixtureView a, MixtureView b, ContextForm form, Span distance, Span common) {
    requireAlike(a, b);
    long count = Math.multiplyExact(a.images(), b == null ? a.images() : b.images());
    block.enter(exec);
    try {
      a.put(block, A_MIXTURE, A_PRESENT);
      block.put(A_IMAGES, a.images());
      putOther(b);
      block.put(CLASSES, a.classes());
      block.put(FORM, form.code());
      block.out(DISTANCE, "distance", distance, count, Float.BYTES);
      block.out(COMMON, "common", common, count, Integer.BYTES);
      block.call(AssayLibrary::assay_context_distance);
    } finally {
      block.leave();
    }
  }

  private static void requireAlike(MixtureView a, MixtureView b) {
    if (b != null && a.classes() != b.classes()) {
      throw new IllegalArgumentException(
          "a has " + a.classes() + " classes, b " + b.classes() + ", expected as many");
    }
  }

  private void putOther(MixtureView b) {
    if (b == null) {
      block.put(B_MIXTURE, 0);
      return;
    }
    b.put(block, B_MIXTURE, B_PRESENT);
    block.put(B_IMAGES, b.images());
  }

  @Override
  public void close() {
    block.close();
  }
}
