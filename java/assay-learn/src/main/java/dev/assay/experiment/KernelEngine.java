package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.device.Exec;
import dev.assay.kernel.Confusion;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.PixelSignals;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.RegionSignals;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.select.Signal;
import java.util.Set;

/** The native kernels. */
final class KernelEngine implements ScoreEngine {
  private final Exec exec;
  private final RegionSignals regionSignals = new RegionSignals();
  private final PixelSignals pixelSignals = new PixelSignals();
  private final Confusion confusion;

  KernelEngine(Exec exec, int classes) {
    this.exec = exec;
    this.confusion = new Confusion(classes);
  }

  @Override
  public long regions(
      TensorView logits,
      HostBuffer nxy,
      int regions,
      RegionGrid grid,
      Set<Signal> wanted,
      RegionValues out) {
    RegionOutputs outputs =
        new RegionOutputs()
            .entropyMean(span(wanted, Signal.ENTROPY_MEAN, out))
            .marginMean(span(wanted, Signal.MARGIN_MEAN, out))
            .leastConfidenceMean(span(wanted, Signal.LEAST_CONFIDENCE_MEAN, out))
            .classHistogram(span(wanted, Signal.CLASS_HISTOGRAM, out));
    return regionSignals.run(
        exec,
        logits,
        ScoreKind.LOGITS,
        Span.of(nxy),
        regions,
        grid.width(),
        grid.height(),
        PixelMaps.NONE,
        outputs);
  }

  @Override
  public long argmax(TensorView logits, HostBuffer out) {
    return pixelSignals.run(
        exec, logits, ScoreKind.LOGITS, new PixelMaps(null, Span.of(out), null, null));
  }

  @Override
  public ConfusionMatrix confusion(HostBuffer truth, HostBuffer prediction, long count) {
    return confusion.run(exec, Span.of(truth), Span.of(prediction), count, ClassSet.IGNORE);
  }

  private static Span span(Set<Signal> wanted, Signal signal, RegionValues out) {
    return wanted.contains(signal) ? Span.of(out.buffer(signal)) : null;
  }

  @Override
  public void close() {
    regionSignals.close();
    pixelSignals.close();
    confusion.close();
  }
}
