package dev.assay.nn;

import dev.assay.nn.backend.Normalisation;

/** Parameters, statistics (each [c]) and constants of one batch normalisation. */
record NormParameters(
    Parameter scale,
    Parameter shift,
    Parameter runningMean,
    Parameter runningVariance,
    float epsilon,
    float momentum) {

  Normalisation tensors() {
    return new Normalisation(
        scale.value(),
        shift.value(),
        runningMean.value(),
        runningVariance.value(),
        epsilon,
        momentum);
  }
}
