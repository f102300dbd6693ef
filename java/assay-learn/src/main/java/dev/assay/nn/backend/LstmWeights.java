package dev.assay.nn.backend;

import java.util.List;
import java.util.stream.Stream;

/**
 * The parameters of one recurrent layer, or their gradients: fp32, in torch's plain layout.
 *
 * @param directions forward, then backward if the layer is bidirectional
 */
public record LstmWeights(List<Direction> directions) {
  /**
   * The parameters of the cells that read in one direction; rows are gate by gate, i, f, g, o, and
   * within a gate cell by cell.
   *
   * @param input weight_ih [4 hidden, features]
   * @param recurrent weight_hh [4 hidden, hidden]
   * @param inputBias bias_ih [4 hidden]
   * @param recurrentBias bias_hh [4 hidden]
   */
  public record Direction(Tensor input, Tensor recurrent, Tensor inputBias, Tensor recurrentBias) {}

  /** Copies the list. */
  public LstmWeights {
    directions = List.copyOf(directions);
  }

  /** All tensors, direction by direction. */
  public List<Tensor> tensors() {
    return directions.stream()
        .flatMap(d -> Stream.of(d.input(), d.recurrent(), d.inputBias(), d.recurrentBias()))
        .toList();
  }
}
