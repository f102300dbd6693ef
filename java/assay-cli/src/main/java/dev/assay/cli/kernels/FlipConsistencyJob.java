package dev.assay.cli.kernels;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.FlipOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * {@code flip_consistency}: the logits of an image and of its mirror image to the image's means.
 */
final class FlipConsistencyJob implements Job {
  private final JobMemory memory;
  private final Session session;
  private final TensorView logits;
  private final TensorView flipped;
  private final List<NdArray> results;
  private final FlipOutputs outputs;
  private final long bytes;

  private FlipConsistencyJob(Engine engine, NdArray logits, NdArray flipped) {
    this.memory = new JobMemory(engine);
    this.session = engine.session();
    this.logits = memory.in(Inputs.view(logits));
    this.flipped = memory.in(Inputs.view(flipped));
    this.results =
        List.of(
            NdArray.allocate("entropy_sum", ElementType.F8),
            NdArray.allocate("symmetric_kl_mean", ElementType.F8),
            NdArray.allocate("jensen_shannon_mean", ElementType.F8),
            NdArray.allocate("entropy_of_mean", ElementType.F8),
            NdArray.allocate("argmax_disagreement", ElementType.F8));
    this.outputs =
        new FlipOutputs()
            .imageEntropySum(results.get(0).span())
            .imageSymmetricKl(results.get(1).span())
            .imageJensenShannon(results.get(2).span())
            .imageEntropyOfMean(results.get(3).span())
            .imageArgmaxDisagreement(results.get(4).span());
    this.bytes = logits.buffer().bytes() + flipped.buffer().bytes();
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("flip_consistency");
    NdArray logits = inputs.scores("logits", false);
    NdArray flipped = inputs.scores("logits_flipped_pass", false);
    if (flipped.type() != logits.type() || !Arrays.equals(flipped.shape(), logits.shape())) {
      throw inputs.wrong(flipped, "type and shape of logits, " + logits.describe());
    }
    return new FlipConsistencyJob(engine, logits, flipped);
  }

  @Override
  public void run() {
    session.flipConsistency(logits, flipped, ScoreKind.LOGITS, null, outputs);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public List<NdArray> outputs() {
    return results;
  }

  @Override
  public void close() {
    session.close();
    memory.close();
    results.forEach(NdArray::close);
  }
}
