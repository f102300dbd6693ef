package dev.assay.cli.kernels;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code region_signals}: logits and a list of regions to their class counts, cells and means. */
final class RegionSignalsJob implements Job {
  private final JobMemory memory;
  private final Session session;
  private final TensorView logits;
  private final RegionList regions;
  private final List<NdArray> results = new ArrayList<>();
  private final RegionOutputs outputs = new RegionOutputs();
  private final long bytes;

  private RegionSignalsJob(Engine engine, NdArray logits, RegionList regions) {
    this.memory = new JobMemory(engine);
    this.session = engine.session();
    this.logits = memory.in(Inputs.view(logits));
    this.regions = regions;
    long r = regions.size();
    outputs
        .classHistogram(add("class_histogram", ElementType.I4, r, logits.shape(0)))
        .entropyMin(add("entropy_min", ElementType.F4, r, 8, 8))
        .entropyAvg(add("entropy_avg", ElementType.F4, r, 8, 8))
        .entropyMax(add("entropy_max", ElementType.F4, r, 8, 8))
        .entropyMean(add("entropy_mean", ElementType.F4, r))
        .marginMean(add("margin_mean", ElementType.F4, r))
        .leastConfidenceMean(add("least_confidence_mean", ElementType.F4, r));
    long scores =
        r * regions.width() * regions.height() * this.logits.c() * this.logits.dtype().bytes();
    this.bytes = scores + results.stream().mapToLong(o -> o.buffer().bytes()).sum();
  }

  private Span add(String name, ElementType type, long... shape) {
    NdArray array = NdArray.allocate(name, type, shape);
    results.add(array);
    return memory.out(array);
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("region_signals");
    NdArray logits = inputs.scores("logits", false);
    NdArray xy = inputs.read("region_xy", ElementType.I4);
    if (xy.rank() != 2 || xy.shape(1) != 2) {
      throw inputs.wrong(xy, "shape [R, 2]");
    }
    NdArray wh = inputs.read("region_wh", ElementType.I4);
    if (wh.rank() != 1 || wh.count() != 2) {
      throw inputs.wrong(wh, "shape [2]");
    }
    int count = Math.toIntExact(xy.shape(0));
    int[] nxy = new int[3 * count];
    for (int i = 0; i < count; i++) {
      nxy[3 * i + 1] = (int) xy.getLong(2L * i);
      nxy[3 * i + 2] = (int) xy.getLong(2L * i + 1);
    }
    RegionList regions = RegionList.of((int) wh.getLong(0), (int) wh.getLong(1), nxy);
    return new RegionSignalsJob(engine, logits, regions);
  }

  @Override
  public void run() {
    session.regionSignals(logits, ScoreKind.LOGITS, regions, PixelMaps.NONE, outputs);
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
    regions.close();
    results.forEach(NdArray::close);
  }
}
