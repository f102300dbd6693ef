package dev.assay.format;

import dev.assay.memory.Layout;
import java.util.List;

/**
 * How many images an array of class scores holds, and how large they are: [C, H, W] or [N, C, H,
 * W], or with the classes last.
 */
record ImageShape(long n, long c, long h, long w) {
  private static final int MAX_CLASSES = 255;

  /**
   * Checks rank, type and sides.
   *
   * @throws FormatException naming the array, what was found and what was expected
   */
  static ImageShape of(ArrayInfo info, Layout layout) throws FormatException {
    String axes = layout == Layout.NCHW ? "C, H, W]" : "H, W, C]";
    if (info.rank() != 3 && info.rank() != 4) {
      throw bad(info, "shape [" + axes + " or [N, " + axes);
    }
    if (!info.type().isFloating()) {
      throw bad(info, "class scores of type f2, f4, f8 or bfloat16");
    }
    List<Long> sides = info.sides();
    int at = info.rank() - 3;
    long n = at == 0 ? 1 : sides.get(0);
    boolean first = layout == Layout.NCHW;
    long c = sides.get(first ? at : at + 2);
    long h = sides.get(first ? at + 1 : at);
    long w = sides.get(first ? at + 2 : at + 1);
    if (c < 1 || c > MAX_CLASSES) {
      throw bad(info, "1 to " + MAX_CLASSES + " classes, which are [" + axes + "'s C");
    }
    if (n < 1 || h < 1 || w < 1 || Math.max(h, w) > Integer.MAX_VALUE) {
      throw bad(info, "no empty side and none beyond 2^31 - 1 pixels");
    }
    return new ImageShape(n, c, h, w);
  }

  private static FormatException bad(ArrayInfo info, String expected) {
    return new FormatException(
        info.source() + ": found " + info.describe() + ", expected " + expected);
  }

  /** Elements of one image. */
  long elements() {
    return c * h * w;
  }
}
