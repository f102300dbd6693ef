package dev.assay.bench;

import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * How long do a pixel's entropy, most probable class and largest probability take, in the tensor
 * libraries of the JVM and here? Every side has the same logits in its own memory before the clock
 * starts and leaves its results there; all must agree.
 */
public class TensorLibraryBench extends ScoreBenchmark {
  private PixelMaps maps;
  private Nd4jSignals nd4j;
  private DjlSignals djl;

  @Override
  void prepare() {
    makeLogits();
    HostBuffer entropy = buffer(4 * pixels());
    maps = new PixelMaps(Span.of(entropy), span(pixels()), span(4 * pixels()), null);
    boolean nchw = layout.equals("nchw");
    int parts = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    long[] shape = nchw ? new long[] {classes, pixels()} : new long[] {pixels(), classes};
    nd4j = keep(new Nd4jSignals(copy(), shape, nchw ? 0 : 1, parts));
    djl = keep(new DjlSignals(copy(), shape, nchw ? 0 : 1, parts));
    assay();
    requireSame("ND4J", nd4j.run());
    requireSame("DJL", djl.run());
  }

  private float[] copy() {
    float[] values = new float[Math.toIntExact(classes * pixels())];
    for (int i = 0; i < values.length; i++) {
      values[i] = scores.getFloat(i);
    }
    return values;
  }

  private void requireSame(String peer, PeerMaps theirs) {
    for (int i = 0; i < pixels(); i++) {
      requireClose(peer + " entropy", theirs.entropy()[i], maps.entropy(), i);
      requireClose(peer + " max probability", theirs.maxProbability()[i], maps.maxProbability(), i);
      int argmax = UnsafeApi.getByte(maps.argmax().address() + i) & 0xff;
      require(theirs.argmax()[i] == argmax, peer + " argmax at " + i);
    }
  }

  private static void requireClose(String what, float theirs, Span ours, int i) {
    float value = UnsafeApi.getFloat(ours.address() + 4L * i);
    require(Math.abs(theirs - value) <= 1e-5, what + " at " + i + ": " + theirs + ", " + value);
  }

  /** One fused pass. */
  @Benchmark
  public void assay() {
    session.pixelSignals(logits, ScoreKind.LOGITS, maps);
  }

  /** The same maps from ND4J's operations. */
  @Benchmark
  public void nd4j() {
    nd4j.compute();
  }

  /** The same maps from DJL's operations on its PyTorch engine. */
  @Benchmark
  public void djl() {
    djl.compute();
  }
}
