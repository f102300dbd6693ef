package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnGetRNNWeightParams;

import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.Pointer;

/**
 * A layer's weights, or their gradients, in two places: our plain tensors, and the one block that
 * the library takes, which it alone knows the arrangement of. Gates have the same order in both.
 */
final class RecurrentWeights {
  /** Where the same bytes lie. */
  private record Part(long plain, long block, long bytes) {
    boolean isFollowedBy(Part next) {
      return plain + bytes == next.plain && block + bytes == next.block;
    }
  }

  private final CudnnContext cudnn;
  private final Recurrence recurrence;
  private final cudnnTensorStruct matrixLayout;
  private final cudnnTensorStruct biasLayout;
  private final List<Part> parts = new ArrayList<>();

  /** Finds the parts of {@code block}; the tensors have addresses. In the device's context. */
  RecurrentWeights(
      CudnnContext cudnn,
      Descriptors descriptors,
      Recurrence recurrence,
      LstmWeights plain,
      long block) {
    this.cudnn = cudnn;
    this.recurrence = recurrence;
    this.matrixLayout = descriptors.tensor();
    this.biasLayout = descriptors.tensor();
    for (int d = 0; d < plain.directions().size(); d++) {
      LstmWeights.Direction w = plain.directions().get(d);
      add(d, 0, w.input(), w.inputBias(), block);
      add(d, LstmSpec.GATES, w.recurrent(), w.recurrentBias(), block);
    }
  }

  /** The gates of one matrix and its bias; the library numbers those of the input first. */
  private void add(int direction, int firstId, Tensor matrix, Tensor bias, long block) {
    long matrixBytes = matrix.bytes() / LstmSpec.GATES;
    long biasBytes = bias.bytes() / LstmSpec.GATES;
    List<Part> matrices = new ArrayList<>();
    List<Part> biases = new ArrayList<>();
    for (int gate = 0; gate < LstmSpec.GATES; gate++) {
      Pointer inMatrix = new Pointer();
      Pointer inBias = new Pointer();
      Status.check(
          "place of " + matrix.name(),
          cudnnGetRNNWeightParams(
              cudnn.handle(),
              recurrence.rule(),
              direction,
              recurrence.weightBytes(),
              new RawPointer(block),
              firstId + gate,
              matrixLayout,
              inMatrix,
              biasLayout,
              inBias));
      matrices.add(
          new Part(matrix.address() + gate * matrixBytes, inMatrix.address(), matrixBytes));
      biases.add(new Part(bias.address() + gate * biasBytes, inBias.address(), biasBytes));
    }
    matrices.forEach(this::append);
    biases.forEach(this::append);
  }

  /** Gates that follow each other in both places are copied at once. */
  private void append(Part part) {
    Part last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
    if (last != null && last.isFollowedBy(part)) {
      parts.set(parts.size() - 1, new Part(last.plain, last.block, last.bytes + part.bytes));
    } else {
      parts.add(part);
    }
  }

  /** Enqueues copies from the tensors into the block. */
  void load() {
    for (Part part : parts) {
      cudnn.memory().copyWithin(part.plain, part.block, part.bytes);
    }
  }

  /** Enqueues copies from the block into the tensors. */
  void store() {
    for (Part part : parts) {
      cudnn.memory().copyWithin(part.block, part.plain, part.bytes);
    }
  }
}
