package dev.assay.kernel;

import dev.assay.device.Exec;

/**
 * One step of Adam with L2 weight decay, as torch.optim.Adam; bias corrections follow from the step
 * number.
 *
 * <p>Takes raw addresses in the memory of the call's device, which the caller keeps alive. One call
 * at a time; close it when done.
 */
public final class AdamStep implements AutoCloseable {
  private static final int PARAMETERS = 1;
  private static final int GRADIENTS = 2;
  private static final int FIRST_MOMENT = 3;
  private static final int SECOND_MOMENT = 4;
  private static final int COUNT = 5;
  private static final int STEP = 6;
  private static final int LEARNING_RATE = 7;
  private static final int BETA1 = 8;
  private static final int BETA2 = 9;
  private static final int EPSILON = 10;
  private static final int WEIGHT_DECAY = 11;
  private static final int GRADIENT_SCALE = 12;
  private static final int WORDS = 13;

  private final ArgumentBlock block = new ArgumentBlock("adam_step", WORDS, 0);

  /**
   * Updates parameters and moments in place.
   *
   * @param parameters address of fp32 [count]
   * @param gradients address of fp32 [count]
   * @param firstMoment address of fp32 [count]
   * @param secondMoment address of fp32 [count]
   * @param step 1 for the first step
   * @param gradientScale 1, or less when the gradient's norm is clipped
   */
  public void run(
      Exec exec,
      long parameters,
      long gradients,
      long firstMoment,
      long secondMoment,
      long count,
      long step,
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double gradientScale) {
    Check.count("count", count);
    Check.address("parameters", parameters, count);
    Check.address("gradients", gradients, count);
    Check.address("first_moment", firstMoment, count);
    Check.address("second_moment", secondMoment, count);
    if (step < 1) {
      throw new IllegalArgumentException("step=" + step + " must be >= 1");
    }
    Check.finite("learning_rate", learningRate);
    Check.finite("beta1", beta1);
    Check.finite("beta2", beta2);
    Check.finite("epsilon", epsilon);
    Check.finite("weight_decay", weightDecay);
    Check.finite("gradient_scale", gradientScale);
    block.enter(exec);
    try {
      block.put(PARAMETERS, parameters);
      block.put(GRADIENTS, gradients);
      block.put(FIRST_MOMENT, firstMoment);
      block.put(SECOND_MOMENT, secondMoment);
      block.put(COUNT, count);
      block.put(STEP, step);
      block.put(LEARNING_RATE, learningRate);
      block.put(BETA1, beta1);
      block.put(BETA2, beta2);
      block.put(EPSILON, epsilon);
      block.put(WEIGHT_DECAY, weightDecay);
      block.put(GRADIENT_SCALE, gradientScale);
      block.call(AssayLibrary::assay_adam_step);
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
