package dev.assay.nn.backend.onednn;

import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.LstmWeights.Direction;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.dnnl.dnnl_memory;

/**
 * The parameters of a recurrent primitive, or their gradients, between the primitive's three arrays
 * and torch's four tensors per direction. The primitive's one bias is the sum of torch's two, so
 * its gradient is that of either.
 */
final class LstmArrays implements AutoCloseable {
  private final LstmArray input;
  private final LstmArray recurrent;
  private final LstmArray bias;
  private final List<Tensor> inputs;
  private final List<Tensor> recurrents;
  private final List<Tensor> inputBiases;
  private final List<Tensor> recurrentBiases;

  LstmArrays(LstmArray input, LstmArray recurrent, LstmArray bias, LstmWeights tensors) {
    this.input = input;
    this.recurrent = recurrent;
    this.bias = bias;
    this.inputs = all(tensors, Direction::input);
    this.recurrents = all(tensors, Direction::recurrent);
    this.inputBiases = all(tensors, Direction::inputBias);
    this.recurrentBiases = all(tensors, Direction::recurrentBias);
  }

  private static List<Tensor> all(LstmWeights tensors, Function<Direction, Tensor> of) {
    return tensors.directions().stream().map(of).toList();
  }

  /** Input weights, recurrent weights, bias, as the primitive takes them. */
  List<dnnl_memory> memories() {
    return List.of(input.memory(), recurrent.memory(), bias.memory());
  }

  /** Copies the tensors to the primitive's arrays. */
  void load() {
    input.gather(inputs);
    input.repack();
    recurrent.gather(recurrents);
    recurrent.repack();
    bias.gather(inputBiases);
    bias.add(recurrentBiases);
  }

  /**
   * Copies the primitive's arrays, gradients, to the tensors.
   *
   * @param steps length of the sequences
   */
  void store(int steps) {
    input.repack();
    input.scatter(inputs);
    if (steps == 1) {
      // No state went through these weights. For one sequence of one step the library, as of 3.11,
      // leaves other numbers here.
      recurrent.zero();
    } else {
      recurrent.repack();
    }
    recurrent.scatter(recurrents);
    bias.scatter(inputBiases);
    bias.scatter(recurrentBiases);
  }

  @Override
  public void close() {
    input.close();
    recurrent.close();
    bias.close();
  }
}
