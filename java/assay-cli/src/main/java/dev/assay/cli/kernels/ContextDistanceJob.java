package dev.assay.cli.kernels;

import dev.assay.device.Exec;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.ContextDistance;
import dev.assay.kernel.ContextForm;
import dev.assay.kernel.MixtureView;
import dev.assay.memory.Span;
import dev.assay.score.Engine;
import java.io.IOException;
import java.util.List;

/** {@code context_distance}: mixtures of one or two sets to contextual diversity, all pairs. */
final class ContextDistanceJob implements Job {
  private final JobMemory memory;
  private final Exec exec;
  private final MixtureView a;
  private final MixtureView b;
  private final ContextForm form;
  private final ContextDistance kernel = new ContextDistance();
  private final List<NdArray> outputs;
  private final Span distance;
  private final Span common;

  private ContextDistanceJob(Engine engine, MixtureView a, MixtureView b, ContextForm form) {
    this.memory = new JobMemory(engine);
    this.exec = engine.exec();
    this.a = memory.in(a);
    this.b = b == null ? null : memory.in(b);
    this.form = form;
    long columns = b == null ? a.images() : b.images();
    this.outputs =
        List.of(
            NdArray.allocate("distance", ElementType.F4, a.images(), columns),
            NdArray.allocate("common", ElementType.I4, a.images(), columns));
    this.distance = memory.out(outputs.get(0));
    this.common = memory.out(outputs.get(1));
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("context_distance", "form");
    ContextForm form = settings.contextForm();
    MixtureView a = inputs.mixtures("mixture_a", "present_a");
    boolean two = inputs.has("mixture_b") || inputs.has("present_b");
    MixtureView b = two ? inputs.mixtures("mixture_b", "present_b") : null;
    return new ContextDistanceJob(engine, a, b, form);
  }

  @Override
  public void run() {
    kernel.run(exec, a, b, form, distance, common);
    memory.await();
  }

  @Override
  public long bytes() {
    long inputs = a.mixture().bytes() + (b == null ? 0 : b.mixture().bytes());
    return inputs + outputs.stream().mapToLong(o -> o.buffer().bytes()).sum();
  }

  @Override
  public List<NdArray> outputs() {
    memory.fetch();
    return outputs;
  }

  @Override
  public void close() {
    kernel.close();
    memory.close();
    outputs.forEach(NdArray::close);
  }
}
