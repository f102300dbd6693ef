package dev.assay.cli.kernels;

import dev.assay.device.Exec;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.ClassDistributions;
import dev.assay.kernel.KlHistogram;
import dev.assay.kernel.KlOutputs;
import dev.assay.score.Engine;
import java.io.IOException;
import java.util.List;

/**
 * {@code kl_histogram}: class distributions to histograms of their KL scores. Entries of exactly 0
 * become 1e-7 unless {@code candidate_fill} or {@code reference_fill} says otherwise; arrays that
 * are filled already have none.
 */
final class KlHistogramJob implements Job {
  private static final double FILL = 1e-7;

  private final Exec exec;
  private final ClassDistributions candidates;
  private final ClassDistributions references;
  private final KlHistogram kernel = new KlHistogram();
  private final List<NdArray> results;
  private final KlOutputs outputs;

  private KlHistogramJob(Exec exec, ClassDistributions candidates, ClassDistributions references) {
    this.exec = exec;
    this.candidates = candidates;
    this.references = references;
    long m = candidates.count();
    this.results =
        List.of(
            NdArray.allocate("histogram", ElementType.F4, m, KlHistogram.BINS),
            NdArray.allocate("kl_min", ElementType.F8, m),
            NdArray.allocate("kl_max", ElementType.F8, m));
    this.outputs =
        new KlOutputs(results.get(0).span(), results.get(1).span(), results.get(2).span(), null);
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("kl_histogram", "candidate_fill", "reference_fill");
    double candidateFill = settings.number("candidate_fill", FILL);
    double referenceFill = settings.number("reference_fill", FILL);
    ClassDistributions candidates = read(inputs, "candidates", candidateFill);
    ClassDistributions references =
        inputs.has("references") ? read(inputs, "references", referenceFill) : null;
    return new KlHistogramJob(engine.exec(), candidates, references);
  }

  private static ClassDistributions read(Inputs inputs, String name, double fill)
      throws IOException {
    NdArray rows = inputs.read(name, ElementType.F4, ElementType.F8, ElementType.I4);
    if (rows.rank() != 2) {
      throw inputs.wrong(rows, "shape [rows, classes]");
    }
    ClassDistributions.Type type =
        switch (rows.type()) {
          case F4 -> ClassDistributions.Type.F32;
          case F8 -> ClassDistributions.Type.F64;
          default -> ClassDistributions.Type.I32;
        };
    return new ClassDistributions(
        rows.span(), type, rows.shape(0), Math.toIntExact(rows.shape(1)), fill);
  }

  @Override
  public void run() {
    kernel.run(exec, candidates, references, outputs);
  }

  @Override
  public long bytes() {
    long read = candidates.rows().bytes() + (references == null ? 0 : references.rows().bytes());
    return read + results.stream().mapToLong(o -> o.buffer().bytes()).sum();
  }

  @Override
  public List<NdArray> outputs() {
    return results;
  }

  @Override
  public void close() {
    kernel.close();
    results.forEach(NdArray::close);
  }
}
