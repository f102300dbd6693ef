package dev.assay.bench;

import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * How long does the context mixture of an image take, and how much do skewed class areas cost?
 * Bytes: 4 c h w read; the mixture is small.
 */
public class ContextMixtureBench extends ScoreBenchmark {
  private Span mixture;
  private Span present;
  private Span counted;

  @Override
  void prepare() {
    makeLogits();
    HostBuffer rows = buffer(4L * classes * classes);
    HostBuffer occurs = buffer(classes);
    mixture = Span.of(rows);
    present = Span.of(occurs);
    counted = span(8L * classes);
    imageMixture();
    for (int a = 0; a < classes; a++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += rows.getFloat((long) a * classes + c);
      }
      require(Math.abs(sum - occurs.getByte(a)) < 1e-4, "row " + a + " sums to " + sum);
    }
  }

  /** One mixture of the whole image. */
  @Benchmark
  public void imageMixture() {
    session.contextMixture(logits, ScoreKind.LOGITS, mixture, present, counted);
  }
}
