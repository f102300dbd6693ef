package dev.assay.nn;

import dev.assay.nn.backend.Tensor;
import java.util.List;

/** y = the channels of all parts in order; the gradient of a part is its channels of dy. */
record ConcatenationLayer(List<Tensor> parts, Tensor y) implements Layer {
  @Override
  public void forward(Plan plan) {
    int channel = 0;
    for (Tensor part : parts) {
      plan.add(plan.backend().copyIntoChannels(part, y, channel));
      channel += part.shape().c();
    }
  }

  @Override
  public void backward(Plan plan) {
    Tensor dy = plan.gradient(y);
    int channel = 0;
    for (Tensor part : parts) {
      Tensor d = plan.newGradient(part);
      plan.add(plan.backend().copyFromChannels(dy, channel, d));
      plan.contribute(part, d);
      channel += part.shape().c();
    }
  }
}
