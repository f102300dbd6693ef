package dev.assay.bench;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * ND4J's shortest way to the maps that is right: softmax, its logarithm, reductions over classes.
 * Its log-softmax along the first axis differs from its softmax's logarithm.
 */
final class Nd4jSignals implements AutoCloseable {
  private final INDArray logits;
  private final int axis;
  private INDArray entropy;
  private INDArray argmax;
  private INDArray maxProbability;

  Nd4jSignals(float[] values, long[] shape, int axis, int threads) {
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    this.logits = Nd4j.createFromArray(values).reshape(shape);
    this.axis = axis;
  }

  void compute() {
    free();
    try (INDArray probability = Nd4j.nn.softmax(logits, axis);
        INDArray logProbability = Transforms.log(probability, true)) {
      maxProbability = probability.max(axis);
      argmax = probability.argMax(axis);
      entropy = probability.muli(logProbability).sum(axis).negi();
    }
  }

  PeerMaps run() {
    compute();
    return new PeerMaps(
        entropy.toFloatVector(), argmax.toLongVector(), maxProbability.toFloatVector());
  }

  private void free() {
    if (entropy != null) {
      entropy.close();
      argmax.close();
      maxProbability.close();
    }
  }

  @Override
  public void close() {
    free();
    logits.close();
  }
}
