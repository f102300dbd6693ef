package dev.assay.kernel;

import dev.assay.device.Exec;

/**
 * One step of stochastic gradient descent with momentum, as torch.optim.SGD: g = scale grad + decay
 * p; v = momentum v + g; p = p - rate v.
 *
 * <p>Takes raw addresses in the memory of the call's device, which the caller keeps alive. One call
 * at a time; close it when done.
 */
public final class SgdStep implements AutoCloseable {
  private static final int PARAMETERS = 1;
  private static final int GRADIENTS = 2;
  private static final int VELOCITY = 3;
  private static final int COUNT = 4;
  private static final int LEARNING_RATE = 5;
  private static final int MOMENTUM = 6;
  private static final int WEIGHT_DECAY = 7;
  private static final int GRADIENT_SCALE = 8;
  private static final int WORDS = 9;

  private final ArgumentBlock block = new ArgumentBlock("sgd_step", WORDS, 0);

  /**
   * Updates parameters and velocity in place.
   *
   * @param parameters address of fp32 [count]
   * @param gradients address of fp32 [count]
   * @param velocity address of fp32 [count]
   * @param gradientScale 1, or less when the gradient's norm is clipped
   */
  public void run(
      Exec exec,
      long parameters,
      long gradients,
      long velocity,
      long count,
      double learningRate,
      double momentum,
      double weightDecay,
      double gradientScale) {
    Check.count("count", count);
    Check.address("parameters", parameters, count);
    Check.address("gradients", gradients, count);
    Check.address("velocity", velocity, count);
    Check.finite("learning_rate", learningRate);
    Check.finite("momentum", momentum);
    Check.finite("weight_decay", weightDecay);
    Check.finite("gradient_scale", gradientScale);
    block.enter(exec);
    try {
      block.put(PARAMETERS, parameters);
      block.put(GRADIENTS, gradients);
      block.put(VELOCITY, velocity);
      block.put(COUNT, count);
      block.put(LEARNING_RATE, learningRate);
      block.put(MOMENTUM, momentum);
      block.put(WEIGHT_DECAY, weightDecay);
      block.put(GRADIENT_SCALE, gradientScale);
      block.call(AssayLibrary::assay_sgd_step);
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
