package example;

import dev.assay.memory.DType;
import dev.assay.memory.Layout;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import dev.assay.score.Signal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;

/** Scores one image's logits inside another program; README.md shows {@link #score}. */
public final class Embed {
  private Embed() {}

  /** Mean entropy of every 128x128 region of logits [19, 256, 512], in nats. */
  static float[] score(ByteBuffer logits) {
    try (Engine engine = Engine.cpu(0); // shared by threads
        Session session = engine.session(); // one per thread
        RegionList regions = RegionList.grid(1, 512, 256, 128, 128)) {
      TensorView scores = TensorView.of(logits, Layout.NCHW, DType.F32, 1, 19, 256, 512);
      return session.regionSignals(scores, regions, EnumSet.of(Signal.ENTROPY_MEAN)).entropyMean();
    }
  }

  /** Prints the scores of an image that is sure of its left half and of nothing else. */
  public static void main(String[] args) {
    ByteBuffer logits =
        ByteBuffer.allocateDirect(19 * 256 * 512 * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < 256 * 512; i++) {
      logits.putFloat(i * Float.BYTES, i % 512 < 256 ? 100 : 0);
    }
    float[] entropy = score(logits);
    for (int i = 0; i < entropy.length; i++) {
      System.out.printf("region %d: %.4f nats%n", i, entropy[i]);
    }
  }
}
