package dev.assay.cli.kernels;

import dev.assay.device.Exec;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.ContextForm;
import dev.assay.kernel.KCenter;
import dev.assay.kernel.MixtureView;
import dev.assay.memory.MatrixView;
import dev.assay.score.Engine;
import java.io.IOException;
import java.util.List;

/** {@code k_center}: features or mixtures, and what is labelled, to picks in order. */
final class KCenterJob implements Job {
  private final JobMemory memory;
  private final KCenter kernel = new KCenter();
  private final Runnable call;
  private final List<NdArray> outputs;
  private final long bytes;

  private KCenterJob(
      Engine engine,
      MatrixView features,
      MixtureView mixtures,
      ContextForm form,
      KCenter.Start start,
      long budget) {
    this.memory = new JobMemory(engine);
    Exec exec = engine.exec();
    MatrixView rows = features == null ? null : memory.in(features);
    MixtureView images = mixtures == null ? null : memory.in(mixtures);
    this.outputs =
        List.of(
            NdArray.allocate("order", ElementType.I4, budget),
            NdArray.allocate("radius", ElementType.F4, budget));
    KCenter.Picks picks = new KCenter.Picks(budget, outputs.get(0).span(), outputs.get(1).span());
    this.call =
        features != null
            ? () -> kernel.euclidean(exec, rows, start, picks)
            : () -> kernel.contextual(exec, images, form, start, picks);
    this.bytes =
        (features != null ? features.span().bytes() : mixtures.mixture().bytes()) + 8 * budget;
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("k_center", "budget", "form", "seed_pick");
    int budget = settings.integer("budget");
    ContextForm form = settings.contextForm();
    KCenter.Start start = start(inputs, settings.integer("seed_pick", 0));
    MatrixView features = inputs.has("mixture") ? null : features(inputs);
    MixtureView mixtures = inputs.has("mixture") ? inputs.mixtures("mixture", "present") : null;
    if (budget < 0) {
      throw new SettingException("--set budget=" + budget + ": expected at least 0");
    }
    return new KCenterJob(engine, features, mixtures, form, start, budget);
  }

  private static KCenter.Start start(Inputs inputs, int seedPick) throws IOException {
    NdArray labelled = inputs.read("labelled", ElementType.I4);
    if (labelled.rank() != 1) {
      throw inputs.wrong(labelled, "shape [L]");
    }
    return new KCenter.Start(labelled.span(), labelled.count(), seedPick);
  }

  private static MatrixView features(Inputs inputs) throws IOException {
    NdArray features = inputs.read("features", ElementType.F4);
    if (features.rank() != 2) {
      throw inputs.wrong(features, "shape [N, D]");
    }
    return MatrixView.dense(features.span(), features.shape(0), features.shape(1));
  }

  @Override
  public void run() {
    call.run();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public List<NdArray> outputs() {
    return outputs;
  }

  @Override
  public void close() {
    kernel.close();
    memory.close();
    outputs.forEach(NdArray::close);
  }
}
