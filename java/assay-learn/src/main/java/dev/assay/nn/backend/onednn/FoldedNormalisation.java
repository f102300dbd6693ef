package dev.assay.nn.backend.onednn;

import dev.assay.device.Exec;
import dev.assay.kernel.FoldNormalisation;
import dev.assay.kernel.FoldNormalisation.Statistics;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Folds a batch normalisation into a convolution's weights, once per change of the parameters. */
final class FoldedNormalisation implements Operation {
  private final FoldNormalisation kernel = new FoldNormalisation();
  private final Exec exec;
  private final Normalisation norm;
  private final Tensor w;
  private final Tensor bias;
  private final Tensor foldedW;
  private final Tensor foldedB;
  private boolean stale = true;

  FoldedNormalisation(
      Exec exec, Normalisation norm, Tensor w, Tensor bias, Tensor foldedW, Tensor foldedB) {
    this.exec = exec;
    this.norm = norm;
    this.w = w;
    this.bias = bias;
    this.foldedW = foldedW;
    this.foldedB = foldedB;
  }

  @Override
  public String name() {
    return "fold " + w.name();
  }

  @Override
  public List<Tensor> reads() {
    List<Tensor> reads = new ArrayList<>(List.of(w, norm.scale(), norm.shift()));
    reads.add(norm.runningMean());
    reads.add(norm.runningVariance());
    if (bias != null) {
      reads.add(bias);
    }
    return reads;
  }

  @Override
  public List<Tensor> writes() {
    return List.of(foldedW, foldedB);
  }

  @Override
  public void parametersChanged() {
    stale = true;
  }

  @Override
  public void run() {
    if (!stale) {
      return;
    }
    stale = false;
    long outputs = foldedB.shape().elements();
    kernel.run(
        exec,
        outputs,
        w.shape().elements() / outputs,
        w.address(),
        bias == null ? 0 : bias.address(),
        new Statistics(
            norm.scale().address(),
            norm.shift().address(),
            norm.runningMean().address(),
            norm.runningVariance().address(),
            norm.epsilon()),
        foldedW.address(),
        foldedB.address());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
