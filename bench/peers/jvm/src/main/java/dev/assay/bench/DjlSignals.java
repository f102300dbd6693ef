package dev.assay.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** DJL's shortest way to the maps: log-softmax, its exponential, and reductions over classes. */
final class DjlSignals implements AutoCloseable {
  private final NDManager manager;
  private final NDArray logits;
  private final int axis;

  /**
   * @param threads taken by the first instance of the process; PyTorch cannot change it afterwards
   */
  DjlSignals(float[] values, long[] shape, int axis, int threads) {
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    this.manager = NDManager.newBaseManager("PyTorch");
    this.logits = manager.create(values, new Shape(shape));
    this.axis = axis;
  }

  void compute() {
    try (NDManager scope = manager.newSubManager()) {
      maps(scope);
    }
  }

  private NDArray[] maps(NDManager scope) {
    NDArray logProbability = logits.logSoftmax(axis);
    logProbability.attach(scope);
    NDArray probability = logProbability.exp();
    int[] classes = {axis};
    NDArray maxProbability = probability.max(classes);
    NDArray argmax = probability.argMax(axis);
    NDArray entropy = probability.muli(logProbability).sum(classes).negi();
    return new NDArray[] {entropy, argmax, maxProbability};
  }

  PeerMaps run() {
    try (NDManager scope = manager.newSubManager()) {
      NDArray[] maps = maps(scope);
      return new PeerMaps(maps[0].toFloatArray(), maps[1].toLongArray(), maps[2].toFloatArray());
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
