package dev.assay.bench;

import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * What does the kernel gain over good plain Java? Both make the four per-pixel maps from the same
 * NCHW logits, and must agree before anything is timed.
 */
public class PlainJavaBench extends KernelBenchmark {
  /** Classes x height x width. */
  @Param({"19x1024x2048", "11x360x480"})
  public String shape;

  private float[] logits;
  private PlainJavaSignals plain;
  private TensorView view;
  private Session session;
  private PixelMaps maps;
  private int parts;

  @Override
  void prepare() {
    int[] s = Scores.shape(shape);
    int pixels = s[1] * s[2];
    HostBuffer scores = keep(Scores.logits(s[0], s[1], s[2], Scores.Values.STREET, true));
    logits = new float[s[0] * pixels];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = scores.getFloat(i);
    }
    view = Scores.view(scores, s[0], s[1], s[2], true);
    plain = new PlainJavaSignals(s[0], pixels);
    parts = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    maps = new PixelMaps(span(4L * pixels), span(pixels), span(4L * pixels), span(4L * pixels));
    session = keep(Engine.cpu(threads)).session();
    kernel();
    plainJava();
    for (int i = 0; i < pixels; i++) {
      requireClose("entropy", plain.entropy[i], maps.entropy(), i);
      requireClose("max probability", plain.maxProbability[i], maps.maxProbability(), i);
      requireClose("margin", plain.margin[i], maps.margin(), i);
      require(plain.argmax[i] == UnsafeApi.getByte(maps.argmax().address() + i), "argmax at " + i);
    }
  }

  private static void requireClose(String map, float plain, Span kernel, long i) {
    float value = UnsafeApi.getFloat(kernel.address() + 4 * i);
    require(Math.abs(plain - value) <= 1e-5, map + " at " + i + ": " + plain + ", " + value);
  }

  /** The kernel through a session. */
  @Benchmark
  public void kernel() {
    session.pixelSignals(view, ScoreKind.LOGITS, maps);
  }

  /** The loops of {@link PlainJavaSignals}. */
  @Benchmark
  public void plainJava() {
    plain.run(logits, parts);
  }
}
