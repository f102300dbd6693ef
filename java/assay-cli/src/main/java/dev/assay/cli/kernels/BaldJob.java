package dev.assay.cli.kernels;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.BaldOutputs;
import dev.assay.kernel.PassSums;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import java.io.IOException;
import java.util.List;

/**
 * {@code bald}: the logits of an image's stochastic passes to mutual information, argmax of the
 * mean, predictive and expected entropy. {@code passes_per_call=k} hands the passes over k at a
 * time.
 */
final class BaldJob implements Job {
  private static final BaldOutputs NOTHING = new BaldOutputs();

  private final JobMemory memory;
  private final Session session;
  private final TensorView passes;
  private final long passesPerCall;
  private final List<NdArray> sums;
  private final PassSums passSums;
  private final List<NdArray> results;
  private final BaldOutputs outputs;
  private final long bytes;

  private BaldJob(Engine engine, NdArray logits, long passesPerCall) {
    this.memory = new JobMemory(engine);
    this.session = engine.session();
    this.passes = memory.in(Inputs.view(logits));
    this.passesPerCall = passesPerCall;
    long c = logits.shape(1);
    long h = logits.shape(2);
    long w = logits.shape(3);
    boolean streams = passesPerCall < passes.n();
    this.sums =
        streams
            ? List.of(
                NdArray.allocate("probability_sum", ElementType.F4, c, h, w),
                NdArray.allocate("entropy_sum", ElementType.F4, h, w))
            : List.of();
    this.passSums =
        streams ? new PassSums(memory.out(sums.get(0)), memory.out(sums.get(1))) : PassSums.NONE;
    this.results =
        List.of(
            NdArray.allocate("mutual_information", ElementType.F4, h, w),
            NdArray.allocate("mean_argmax", ElementType.U1, h, w),
            NdArray.allocate("predictive_entropy", ElementType.F4, h, w),
            NdArray.allocate("expected_entropy", ElementType.F4, h, w));
    this.outputs =
        new BaldOutputs()
            .mutualInformation(memory.out(results.get(0)))
            .meanArgmax(memory.out(results.get(1)))
            .predictiveEntropy(memory.out(results.get(2)))
            .expectedEntropy(memory.out(results.get(3)));
    long calls = (passes.n() + passesPerCall - 1) / passesPerCall;
    this.bytes =
        logits.buffer().bytes()
            + (2 * calls - 1) * sums.stream().mapToLong(s -> s.buffer().bytes()).sum()
            + results.stream().mapToLong(r -> r.buffer().bytes()).sum();
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("bald", "passes_per_call");
    NdArray logits = inputs.scores("logits", true);
    if (logits.rank() != 4) {
      throw inputs.wrong(logits, "shape [T, C, H, W]");
    }
    int passesPerCall = settings.integer("passes_per_call", Integer.MAX_VALUE);
    if (passesPerCall < 1) {
      throw new SettingException(
          "--set passes_per_call=" + passesPerCall + ": expected at least 1");
    }
    return new BaldJob(engine, logits, passesPerCall);
  }

  @Override
  public void run() {
    for (long first = 0; first < passes.n(); first += passesPerCall) {
      long count = Math.min(passesPerCall, passes.n() - first);
      boolean last = first + count == passes.n();
      session.bald(
          passes.images(first, count),
          ScoreKind.LOGITS,
          passSums,
          first,
          null,
          last ? outputs : NOTHING);
    }
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public List<NdArray> outputs() {
    memory.fetch();
    return results;
  }

  @Override
  public void close() {
    session.close();
    memory.close();
    sums.forEach(NdArray::close);
    results.forEach(NdArray::close);
  }
}
