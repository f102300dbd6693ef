package dev.assay.nn.backend.onednn;

import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;

/** Folds a batch normalisation into a convolution's weights, once per change of the parameters. */
final class FoldedNormalisation implements Operation {
  private final Normalisation norm;
  private final Tensor w;
  private final Tensor bias;
  private final Tensor foldedW;
  private final Tensor foldedB;
  private boolean stale = true;

  FoldedNormalisation(Normalisation norm, Tensor w, Tensor bias, Tensor foldedW, Tensor foldedB) {
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
    long out = foldedB.shape().elements();
    long perOut = w.shape().elements() / out;
    for (long o = 0; o < out; o++) {
      double variance = at(norm.runningVariance(), o);
      double s = at(norm.scale(), o) / Math.sqrt(variance + norm.epsilon());
      double b = (bias == null ? 0 : at(bias, o)) - at(norm.runningMean(), o);
      put(foldedB, o, at(norm.shift(), o) + b * s);
      for (long i = o * perOut; i < (o + 1) * perOut; i++) {
        put(foldedW, i, at(w, i) * s);
      }
    }
  }

  private static float at(Tensor t, long i) {
    return UnsafeApi.getFloat(t.address() + i * Float.BYTES);
  }

  private static void put(Tensor t, long i, double value) {
    UnsafeApi.putFloat(t.address() + i * Float.BYTES, (float) value);
  }
}
