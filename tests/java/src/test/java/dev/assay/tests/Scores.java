package dev.assay.tests;

import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import java.util.SplittableRandom;

/** Seeded class scores in memory. */
final class Scores {
  private Scores() {}

  static HostBuffer random(int n, int c, int h, int w) {
    return random(n, c, h, w, 1);
  }

  static HostBuffer random(int n, int c, int h, int w, long seed) {
    HostBuffer scores = HostBuffer.floats("logits", (long) n * c * h * w);
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < scores.bytes() / Float.BYTES; i++) {
      // Few distinct values, so that classes tie.
      scores.putFloat(i, random.nextInt(40) / 8f);
    }
    return scores;
  }

  static TensorView view(HostBuffer scores, int n, int c, int h, int w) {
    return TensorView.nchw(scores.address(), DType.F32, n, c, h, w);
  }
}
