package dev.assay.nn;

import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The parameters of one recurrent layer, direction by direction, under torch's names. */
record LstmParameters(List<Direction> directions) {
  /** Weights [4 hidden, in], [4 hidden, hidden] and biases [4 hidden] of one direction. */
  record Direction(
      Parameter input, Parameter recurrent, Parameter inputBias, Parameter recurrentBias) {
    private LstmWeights.Direction tensors(Function<Parameter, Tensor> of) {
      return new LstmWeights.Direction(
          of.apply(input), of.apply(recurrent), of.apply(inputBias), of.apply(recurrentBias));
    }
  }

  static LstmParameters declare(ParameterStore store, String name, LstmSpec spec, int features) {
    Initialiser init = Initialiser.uniform(1 / Math.sqrt(spec.hidden()));
    List<Direction> directions = new ArrayList<>();
    for (int d = 0; d < spec.directions(); d++) {
      String suffix = d == 0 ? "_l0" : "_l0_reverse";
      directions.add(
          new Direction(
              store.trainable(name + ".weight_ih" + suffix, init, spec.gateRows(), features),
              store.trainable(name + ".weight_hh" + suffix, init, spec.gateRows(), spec.hidden()),
              store.trainable(name + ".bias_ih" + suffix, init, spec.gateRows()),
              store.trainable(name + ".bias_hh" + suffix, init, spec.gateRows())));
    }
    return new LstmParameters(directions);
  }

  LstmWeights values() {
    return tensors(Parameter::value);
  }

  LstmWeights gradients() {
    return tensors(Parameter::gradient);
  }

  private LstmWeights tensors(Function<Parameter, Tensor> of) {
    return new LstmWeights(directions.stream().map(d -> d.tensors(of)).toList());
  }
}
