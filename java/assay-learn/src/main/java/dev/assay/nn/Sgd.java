package dev.assay.nn;

import dev.assay.device.Exec;
import dev.assay.kernel.SgdStep;
import dev.assay.memory.Owner;
import java.util.Map;

/** g = clip(grad) + decay p; v = momentum v + g; p = p - rate v, as torch.optim.SGD. */
public final class Sgd implements Optimiser {
  private final SgdStep kernel = new SgdStep();
  private final Exec exec;
  private final ParameterStore store;
  private final double momentum;
  private final double weightDecay;
  private final GradientClip clip;
  private final Owner velocity;
  private long steps;

  /**
   * An optimiser over all trainable parameters of the store, whose set must be complete.
   *
   * @param gradientClip bound of the gradient's norm, 0 for none
   */
  public Sgd(
      Exec exec, ParameterStore store, double momentum, double weightDecay, double gradientClip) {
    this.exec = exec;
    this.store = store;
    this.momentum = momentum;
    this.weightDecay = weightDecay;
    this.clip = new GradientClip(exec, gradientClip);
    this.velocity = store.memory().floats("sgd velocity", store.trainableCount());
  }

  @Override
  public void step(double learningRate) {
    kernel.run(
        exec,
        store.values().address(),
        store.gradients().address(),
        velocity.address(),
        store.trainableCount(),
        learningRate,
        momentum,
        weightDecay,
        clip.scale(store));
    steps++;
    store.changed();
  }

  @Override
  public void reset() {
    store.memory().zero(velocity.address(), velocity.bytes());
    steps = 0;
  }

  @Override
  public Map<String, Owner> state() {
    return Map.of("velocity", velocity);
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public void resumeAt(long newSteps) {
    steps = newSteps;
  }

  @Override
  public void close() {
    kernel.close();
    clip.close();
    velocity.close();
  }
}
