package dev.assay.nn;

import dev.assay.nn.backend.Backend.Epilogue;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Tensor;

/**
 * Inference only: y = relu?(x * w' + b' + addend?) with w'[o] = w[o] s[o], b'[o] = shift[o] + (b[o]
 * - runningMean[o]) s[o], s[o] = scale[o] / sqrt(runningVariance[o] + epsilon).
 */
final class FoldedConvolutionLayer implements Layer {
  private final ConvolutionSpec spec;
  private final Tensor x;
  private final ConvolutionParameters parameters;
  private final NormParameters norm;
  private final Tensor addend;
  private final boolean relu;
  private final Tensor y;

  FoldedConvolutionLayer(
      ConvolutionSpec spec,
      Tensor x,
      ConvolutionParameters parameters,
      NormParameters norm,
      Tensor addend,
      boolean relu,
      Tensor y) {
    this.spec = spec;
    this.x = x;
    this.parameters = parameters;
    this.norm = norm;
    this.addend = addend;
    this.relu = relu;
    this.y = y;
  }

  @Override
  public void forward(Plan plan) {
    Parameter w = parameters.weight();
    Tensor bias = parameters.bias() == null ? null : parameters.bias().value();
    Tensor foldedW = Tensor.vector(w.name() + " folded", w.count(), ElementType.F32);
    Tensor foldedB = Tensor.vector(w.name() + " folded bias", spec.outChannels(), ElementType.F32);
    plan.pin(foldedW);
    plan.pin(foldedB);
    plan.add(plan.backend().foldNormalisation(norm.tensors(), w.value(), bias, foldedW, foldedB));
    plan.add(plan.backend().convolution(spec, x, foldedW, foldedB, y, new Epilogue(addend, relu)));
  }

  @Override
  public void backward(Plan plan) {
    throw new IllegalStateException("a folded normalisation has no gradient: inference only");
  }
}
