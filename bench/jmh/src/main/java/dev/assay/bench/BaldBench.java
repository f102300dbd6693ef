package dev.assay.bench;

import dev.assay.kernel.BaldOutputs;
import dev.assay.kernel.PassSums;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * How long does the mutual information of an image take from all its passes at once, and what does
 * one more pass cost when they come one by one? Bytes: 4 t c h w read, 5 h w written; one more
 * pass: 4 (3 c + 2) h w.
 */
public class BaldBench extends KernelBenchmark {
  /** Classes x height x width. */
  @Param({"11x360x480", "19x512x1024"})
  public String shape;

  /** Stochastic passes. */
  @Param("20")
  public int passes;

  private Session session;
  private TensorView all;
  private TensorView one;
  private PassSums sums;
  private BaldOutputs maps;
  private final BaldOutputs nothing = new BaldOutputs();

  @Override
  void prepare() {
    int[] s = Scores.shape(shape);
    long pixels = (long) s[1] * s[2];
    HostBuffer scores = keep(Scores.logits(passes * s[0], s[1], s[2], Scores.Values.NOISE, true));
    all = TensorView.nchw(scores.address(), DType.F32, passes, s[0], s[1], s[2]);
    one = all.images(0, 1);
    sums = new PassSums(span(4 * pixels * s[0]), span(4 * pixels));
    HostBuffer information = buffer(4 * pixels);
    maps = new BaldOutputs().mutualInformation(Span.of(information)).meanArgmax(span(pixels));
    session = keep(Engine.cpu(threads)).session();
    resident();
    for (long i = 0; i < pixels; i++) {
      float value = information.getFloat(i);
      require(value >= 0 && value <= Math.log(s[0]) + 1e-5, "information " + value + " at " + i);
    }
  }

  /** All passes in one call. */
  @Benchmark
  public void resident() {
    session.bald(all, ScoreKind.LOGITS, PassSums.NONE, 0, null, maps);
  }

  /** One pass added to running sums. */
  @Benchmark
  public void oneMorePass() {
    session.bald(one, ScoreKind.LOGITS, sums, 1, null, nothing);
  }
}
