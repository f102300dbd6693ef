package dev.assay.nn;

import dev.assay.device.Exec;
import dev.assay.kernel.CrossEntropy;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.List;

/**
 * Softmax cross entropy over an output of a training graph: loss = sum_i w_i l_i / sum_i w_i over
 * the labelled pixels. Writes the output's gradient, so that {@link Graph#backward()} can follow.
 */
public final class CrossEntropyLoss implements AutoCloseable {
  private final CrossEntropy kernel = new CrossEntropy();
  private final Exec exec;
  private final int ignore;
  private final HostBuffer classWeights;

  /**
   * A loss that skips pixels labelled {@code ignore}.
   *
   * @param classWeights one weight per class, or none for ones
   */
  public CrossEntropyLoss(Exec exec, int ignore, List<Float> classWeights) {
    this.exec = exec;
    this.ignore = ignore;
    if (classWeights.isEmpty()) {
      this.classWeights = null;
    } else {
      this.classWeights = HostBuffer.floats("class weights", classWeights.size());
      for (int i = 0; i < classWeights.size(); i++) {
        this.classWeights.putFloat(i, classWeights.get(i));
      }
    }
  }

  /**
   * Computes the loss and the gradient of {@code logits} [n, h, w, c].
   *
   * @param labels address of u8 [n, h, w]
   * @return the mean over labelled pixels; 0, with a zero gradient, when there are none
   */
  public double run(Graph graph, Tensor logits, long labels) {
    Shape s = logits.shape();
    TensorView view = TensorView.nhwc(logits.address(), DType.F32, s.n(), s.c(), s.h(), s.w());
    long weights = classWeights == null ? 0 : classWeights.address();
    return kernel.run(exec, view, labels, weights, ignore, graph.gradient(logits).address());
  }

  /** Sum of the class weights over the labelled pixels of the last call. */
  public double weightSum() {
    return kernel.weightSum();
  }

  @Override
  public void close() {
    kernel.close();
    if (classWeights != null) {
      classWeights.close();
    }
  }
}
