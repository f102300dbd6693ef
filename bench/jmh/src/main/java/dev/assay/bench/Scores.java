package dev.assay.bench;

import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import java.util.SplittableRandom;

/** Seeded logits of one image, [1, c, h, w] or [1, h, w, c]. */
public final class Scores {
  /**
   * What the logits look like; label skew hurts histograms, confident pixels are the common case.
   */
  public enum Values {
    /** One class wins over large areas, most pixels are confident, as in street scenes. */
    STREET,
    /** Gaussian noise: every class everywhere. */
    NOISE
  }

  private Scores() {}

  /** "19x1024x2048" to {19, 1024, 2048}. */
  static int[] shape(String text) {
    String[] parts = text.split("x", -1);
    return new int[] {
      Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])
    };
  }

  static HostBuffer logits(int c, int h, int w, Values values, boolean nchw) {
    HostBuffer buffer = HostBuffer.floats("logits", (long) c * h * w);
    SplittableRandom random = new SplittableRandom(1);
    long plane = (long) h * w;
    for (int k = 0; k < c; k++) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          float value = (float) (4 * random.nextDouble() - 2);
          if (values == Values.STREET && (y * 3 / h + x * 2 / w) % c == k) {
            value += 8;
          }
          long pixel = (long) y * w + x;
          buffer.putFloat(nchw ? k * plane + pixel : pixel * c + k, value);
        }
      }
    }
    return buffer;
  }

  static TensorView view(HostBuffer logits, int c, int h, int w, boolean nchw) {
    return nchw
        ? TensorView.nchw(logits.address(), DType.F32, 1, c, h, w)
        : TensorView.nhwc(logits.address(), DType.F32, 1, c, h, w);
  }
}
