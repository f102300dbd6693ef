package dev.assay.nn;

/** Weight [out, in / groups, k, k] and bias [out] (or null) of one convolution. */
record ConvolutionParameters(Parameter weight, Parameter bias) {}
