package dev.assay.nn;

import dev.assay.nn.backend.Tensor;
import java.util.List;

/** The parts' channels in order are x's; dx = the channels of the parts' gradients in order. */
record SplitLayer(Tensor x, List<Tensor> parts) implements Layer {
  @Override
  public void forward(Plan plan) {
    int channel = 0;
    for (Tensor part : parts) {
      plan.add(plan.backend().copyFromChannels(x, channel, part));
      channel += part.shape().c();
    }
  }

  @Override
  public void backward(Plan plan) {
    if (!plan.wantsGradient(x)) {
      return;
    }
    Tensor dx = plan.newGradient(x);
    int channel = 0;
    for (Tensor part : parts) {
      plan.add(plan.backend().copyIntoChannels(plan.gradient(part), dx, channel));
      channel += part.shape().c();
    }
    plan.contribute(x, dx);
  }
}
