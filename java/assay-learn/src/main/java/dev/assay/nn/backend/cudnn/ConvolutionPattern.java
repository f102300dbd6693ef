package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_POINTWISE_ADD;
import static org.bytedeco.cuda.global.cudnn.CUDNN_POINTWISE_RELU_FWD;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Shape;

/** y = relu?(x * w + bias? + addend?), at least one of the three being there. */
record ConvolutionPattern(
    ConvolutionSpec spec, Shape x, ElementType type, boolean bias, boolean addend, boolean relu)
    implements FusedPattern {

  @Override
  public String kind() {
    return "convolution"
        + (bias ? " + bias" : "")
        + (addend ? " + sum" : "")
        + (relu ? " + relu" : "");
  }

  @Override
  public void describe(FusedGraph graph) {
    GraphTensors tensors = graph.tensors();
    Shape shape = spec.output(x);
    BackendDescriptor y = tensors.activation(Role.Y, shape, type);
    BackendDescriptor last = tensors.between(shape);
    graph.convolution(
        spec,
        tensors.activation(Role.X, x, type),
        tensors.weights(Role.WEIGHTS, spec, x.c() / spec.groups(), type),
        last);
    if (bias) {
      BackendDescriptor b = tensors.channels(Role.BIAS, spec.outChannels(), type);
      BackendDescriptor sum = addend || relu ? tensors.between(shape) : y;
      graph.pointwise(CUDNN_POINTWISE_ADD, last, b, sum);
      last = sum;
    }
    if (addend) {
      BackendDescriptor a = tensors.activation(Role.ADDEND, shape, type);
      BackendDescriptor sum = relu ? tensors.between(shape) : y;
      graph.pointwise(CUDNN_POINTWISE_ADD, last, a, sum);
      last = sum;
    }
    if (relu) {
      graph.pointwise(CUDNN_POINTWISE_RELU_FWD, last, null, y);
    }
  }
}
