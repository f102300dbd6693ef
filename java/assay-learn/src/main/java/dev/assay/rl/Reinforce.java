package dev.assay.rl;

import dev.assay.model.RecurrentPolicy;
import dev.assay.nn.Adam;
import java.util.List;

/**
 * REINFORCE (Williams 1992) for a policy that selects each image of a sequence or not, each with a
 * probability p_i of its own, as CDAL trains it (Agarwal et al. 2020, section 3.3 and algorithm 2):
 * one step of Adam down
 *
 * <pre>
 * cost = beta (mean p - 1/2)^2 - mean_e (R_e - b) mean_i ln P(a_ei)
 * </pre>
 *
 * over episodes e with selections a_e and rewards R_e. The paper names neither the first term nor
 * the baseline b, which are the public code's, as is Adam; the code adds up episodes where the
 * paper takes their mean. Afterwards b = 0.9 b + 0.1 mean R. The reward is that of the selection
 * whose probability is counted; the code rewards the most probable images instead.
 *
 * <p>Owner of the optimiser's state, not of the policy.
 */
public final class Reinforce implements AutoCloseable {
  private static final double KEPT_BASELINE = 0.9;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final ReinforceConfig config;
  private final RecurrentPolicy policy;
  private final Adam optimiser;
  private final double[] slopes;
  private double baseline;

  /** A learner whose baseline is 0. */
  public Reinforce(ReinforceConfig config, RecurrentPolicy policy) {
    this.config = config;
    this.policy = policy;
    this.optimiser =
        new Adam(
            policy.parameters().memory().exec(config.threads()),
            policy.parameters(),
            BETA1,
            BETA2,
            EPSILON,
            config.weightDecay(),
            0);
    this.slopes = new double[policy.images()];
  }

  /** What rewards are compared with. */
  public double baseline() {
    return baseline;
  }

  /** Sets what rewards are compared with, for example to the mean of those seen so far. */
  public void compareWith(double newBaseline) {
    this.baseline = newBaseline;
  }

  /** Probability that the policy selects an image, as of its last forward pass. */
  public double probability(int image) {
    return Bernoulli.probability(policy.logit(image));
  }

  /**
   * One step from episodes that were drawn from the probabilities of the policy's last forward
   * pass.
   *
   * @return the cost before the step
   * @throws ArithmeticException if the cost is not finite; the weights are then unchanged
   */
  public double update(List<Episode> episodes) {
    int images = slopes.length;
    double excess = meanProbability() - 0.5;
    double cost = config.beta() * excess * excess;
    double meanReward = 0;
    for (int i = 0; i < images; i++) {
      double p = probability(i);
      slopes[i] = config.beta() * 2 * excess / images * p * (1 - p);
    }
    for (Episode episode : episodes) {
      double advantage = (episode.reward() - baseline) / episodes.size();
      meanReward += episode.reward() / episodes.size();
      for (int i = 0; i < images; i++) {
        boolean selected = episode.selected().get(i);
        double z = policy.logit(i);
        cost -= advantage * Bernoulli.logProbability(z, selected) / images;
        slopes[i] -= advantage * Bernoulli.slope(z, selected) / images;
      }
    }
    if (!Double.isFinite(cost)) {
      throw new ArithmeticException("cost=" + cost + " after " + optimiser.steps() + " updates");
    }
    policy.backward(slopes);
    optimiser.step(config.learningRate());
    baseline = KEPT_BASELINE * baseline + (1 - KEPT_BASELINE) * meanReward;
    return cost;
  }

  private double meanProbability() {
    double sum = 0;
    for (int i = 0; i < slopes.length; i++) {
      sum += probability(i);
    }
    return sum / slopes.length;
  }

  @Override
  public void close() {
    optimiser.close();
  }
}
