package dev.assay.cli.kernels;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import java.io.IOException;
import java.util.List;

/** {@code context_mixture}: logits to one mixture per image, its classes and their pixels. */
final class ContextMixtureJob implements Job {
  private final JobMemory memory;
  private final Session session;
  private final TensorView logits;
  private final NdArray mixture;
  private final NdArray present;
  private final NdArray pixels;
  private final long bytes;

  private ContextMixtureJob(Engine engine, NdArray logits) {
    this.memory = new JobMemory(engine);
    this.session = engine.session();
    this.logits = memory.in(Inputs.view(logits));
    long n = this.logits.n();
    long c = this.logits.c();
    boolean batch = logits.rank() == 4;
    long[] perClass = batch ? new long[] {n, c} : new long[] {c};
    this.mixture =
        NdArray.allocate(
            "mixture", ElementType.F4, batch ? new long[] {n, c, c} : new long[] {c, c});
    this.present = NdArray.allocate("present", ElementType.B1, perClass);
    this.pixels = NdArray.allocate("pixels", ElementType.I8, perClass);
    this.bytes =
        logits.buffer().bytes() + outputs().stream().mapToLong(o -> o.buffer().bytes()).sum();
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("context_mixture");
    return new ContextMixtureJob(engine, inputs.scores("logits", true));
  }

  @Override
  public void run() {
    session.contextMixture(logits, ScoreKind.LOGITS, mixture.span(), present.span(), pixels.span());
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public List<NdArray> outputs() {
    return List.of(mixture, present, pixels);
  }

  @Override
  public void close() {
    session.close();
    memory.close();
    outputs().forEach(NdArray::close);
  }
}
