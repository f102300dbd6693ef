package dev.assay.bench;

import dev.assay.kernel.MixtureView;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.SplittableRandom;

/** Seeded class mixtures: rows that sum to one, four classes of five present. */
final class Mixtures {
  private Mixtures() {}

  /** Fills the two buffers, f32 [images, c, c] and u8 [images, c]. */
  static MixtureView fill(HostBuffer mixture, HostBuffer present, int images, int classes) {
    SplittableRandom random = new SplittableRandom(5);
    double[] row = new double[classes];
    for (int i = 0; i < images * classes; i++) {
      present.putByte(i, (byte) (random.nextInt(5) > 0 ? 1 : 0));
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        row[k] = Math.exp(3 * random.nextDouble() + (k == i % classes ? 5 : 0));
        sum += row[k];
      }
      for (int k = 0; k < classes; k++) {
        mixture.putFloat((long) i * classes + k, (float) (row[k] / sum));
      }
    }
    return new MixtureView(Span.of(mixture), Span.of(present), images, classes);
  }
}
