package dev.assay.nn;

import dev.assay.device.Exec;
import dev.assay.kernel.AdamStep;
import dev.assay.memory.Owner;
import java.util.Map;

/** Kingma and Ba 2015 with L2 weight decay, as torch.optim.Adam. */
public final class Adam implements Optimiser {
  private final AdamStep kernel = new AdamStep();
  private final Exec exec;
  private final ParameterStore store;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final double weightDecay;
  private final GradientClip clip;
  private final Owner first;
  private final Owner second;
  private long steps;

  /**
   * An optimiser over all trainable parameters of the store, whose set must be complete.
   *
   * @param gradientClip bound of the gradient's norm, 0 for none
   */
  public Adam(
      Exec exec,
      ParameterStore store,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double gradientClip) {
    this.exec = exec;
    this.store = store;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    this.clip = new GradientClip(exec, gradientClip);
    this.first = store.memory().floats("adam first moment", store.trainableCount());
    this.second = store.memory().floats("adam second moment", store.trainableCount());
  }

  @Override
  public void step(double learningRate) {
    steps++;
    kernel.run(
        exec,
        store.values().address(),
        store.gradients().address(),
        first.address(),
        second.address(),
        store.trainableCount(),
        steps,
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        clip.scale(store));
    store.changed();
  }

  @Override
  public void reset() {
    store.memory().zero(first.address(), first.bytes());
    store.memory().zero(second.address(), second.bytes());
    steps = 0;
  }

  @Override
  public Map<String, Owner> state() {
    return Map.of("first_moment", first, "second_moment", second);
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
    first.close();
    second.close();
  }
}
