package dev.assay.cli.kernels;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import java.io.IOException;
import java.util.List;

/** {@code pixel_signals}: logits or probabilities to entropy, argmax, max probability, margin. */
final class PixelSignalsJob implements Job {
  private final JobMemory memory;
  private final Session session;
  private final TensorView scores;
  private final ScoreKind kind;
  private final List<NdArray> outputs;
  private final PixelMaps maps;
  private final long bytes;

  private PixelSignalsJob(Engine engine, NdArray scores, ScoreKind kind) {
    this.memory = new JobMemory(engine);
    this.session = engine.session();
    this.scores = memory.in(Inputs.view(scores));
    this.kind = kind;
    long[] shape =
        scores.rank() == 3
            ? new long[] {scores.shape(1), scores.shape(2)}
            : new long[] {scores.shape(0), scores.shape(2), scores.shape(3)};
    this.outputs =
        List.of(
            NdArray.allocate("entropy", ElementType.F4, shape),
            NdArray.allocate("argmax", ElementType.U1, shape),
            NdArray.allocate("max_probability", ElementType.F4, shape),
            NdArray.allocate("margin", ElementType.F4, shape));
    this.maps =
        new PixelMaps(
            memory.out(outputs.get(0)),
            memory.out(outputs.get(1)),
            memory.out(outputs.get(2)),
            memory.out(outputs.get(3)));
    this.bytes =
        scores.buffer().bytes() + outputs.stream().mapToLong(o -> o.buffer().bytes()).sum();
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("pixel_signals");
    boolean logits = inputs.has("logits") || !inputs.has("probabilities");
    NdArray scores = inputs.scores(logits ? "logits" : "probabilities", true);
    return new PixelSignalsJob(engine, scores, logits ? ScoreKind.LOGITS : ScoreKind.PROBABILITIES);
  }

  @Override
  public void run() {
    session.pixelSignals(scores, kind, maps);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public List<NdArray> outputs() {
    memory.fetch();
    return outputs;
  }

  @Override
  public void close() {
    session.close();
    memory.close();
    outputs.forEach(NdArray::close);
  }
}
