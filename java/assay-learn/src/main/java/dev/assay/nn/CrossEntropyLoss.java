package dev.assay.nn;

import dev.assay.device.Exec;
import dev.assay.kernel.CrossEntropy;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import dev.assay.memory.TensorView;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Tensor;
import java.util.List;

/**
 * Softmax cross entropy over an output of a training graph: loss = sum_i w_i l_i / sum_i w_i over
 * the labelled pixels. Writes the output's gradient, so that {@link Graph#backward()} can follow.
 */
public final class CrossEntropyLoss implements AutoCloseable {
  private final CrossEntropy kernel = new CrossEntropy();
  private final Memory memory;
  private final Exec exec;
  private final int ignore;
  private final Owner classWeights;
  private Owner labelCopy;

  /**
   * A loss that skips pixels labelled {@code ignore}.
   *
   * @param memory where the logits lie
   * @param exec runs on that memory
   * @param classWeights one weight per class, or none for ones
   */
  public CrossEntropyLoss(Memory memory, Exec exec, int ignore, List<Float> classWeights) {
    this.memory = memory;
    this.exec = exec;
    this.ignore = ignore;
    this.classWeights = classWeights.isEmpty() ? null : copy(memory, classWeights);
    this.labelCopy = memory.allocate("labels", 0);
  }

  private static Owner copy(Memory memory, List<Float> weights) {
    try (HostBuffer values = HostBuffer.floats("class weights", weights.size())) {
      for (int i = 0; i < weights.size(); i++) {
        values.putFloat(i, weights.get(i));
      }
      Owner block = memory.floats("class weights", weights.size());
      memory.copyIn(values.address(), block.address(), values.bytes());
      return block;
    }
  }

  /**
   * Computes the loss and the gradient of {@code logits} [n, h, w, c].
   *
   * @param labels address of u8 [n, h, w] on the host
   * @return the mean over labelled pixels; 0, with a zero gradient, when there are none
   */
  public double run(Graph graph, Tensor logits, long labels) {
    TensorView view = graph.view(logits);
    long weights = classWeights == null ? 0 : classWeights.address();
    long readable = readable(labels, view.n() * view.h() * view.w());
    return kernel.run(exec, view, readable, weights, ignore, graph.gradient(logits).address());
  }

  /** The labels themselves where kernels can read them, otherwise a copy of them. */
  private long readable(long labels, long bytes) {
    if (memory.isHost()) {
      return labels;
    }
    if (labelCopy.bytes() < bytes) {
      labelCopy.close();
      labelCopy = memory.allocate("labels", bytes);
    }
    memory.copyIn(labels, labelCopy.address(), bytes);
    return labelCopy.address();
  }

  /** Sum of the class weights over the labelled pixels of the last call. */
  public double weightSum() {
    return kernel.weightSum();
  }

  @Override
  public void close() {
    kernel.close();
    labelCopy.close();
    if (classWeights != null) {
      classWeights.close();
    }
  }
}
