package dev.assay.rl;

import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryNetwork;
import dev.assay.model.QueryTrainingPass;
import dev.assay.nn.Sgd;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.UnsafeApi;

/**
 * Batch-mode double DQN (Casanova et al. 2020, section 3.2): each sub-action is a transition of its
 * own, with target y = r + gamma Q'(s', argmax_a Q''(s', a)), or y = r at the end of an episode;
 * one step of SGD on the mean loss of Q(s, a) - y. {@link DqnConfig} says which network is Q' and
 * which Q'', and where the paper and the public code differ.
 *
 * <p>Plans for one shape of batch; allocates nothing while the shape stays. Owner of both networks;
 * confined to one thread.
 */
public final class DoubleDqn implements AutoCloseable {
  private final DqnConfig config;
  private final QueryNetwork policy;
  private final QueryNetwork target;
  private final Sgd optimiser;
  private final DqnCheckpoint checkpoint;
  private QueryTrainingPass learning;
  private QueryTrainingPass lookahead;
  private HostBuffer policyNext = HostBuffer.floats("policy's next Q", 0);
  private HostBuffer targetNext = HostBuffer.floats("target's next Q", 0);
  private float[] targets = new float[0];
  private float[] slopes = new float[0];

  /**
   * A learner that starts with equal networks.
   *
   * @param policy the network that acts and learns; closed with the learner
   * @param target takes over the policy's weights now and at each {@link #copyToTarget()}; closed
   *     with the learner
   */
  public DoubleDqn(DqnConfig config, QueryNetwork policy, QueryNetwork target) {
    this.config = config;
    this.policy = policy;
    this.target = target;
    this.optimiser =
        new Sgd(
            policy.parameters().memory().exec(config.threads()),
            policy.parameters(),
            config.momentum(),
            config.weightDecay(),
            0);
    this.checkpoint = new DqnCheckpoint(policy, target, optimiser);
    copyToTarget();
  }

  /** The network that acts and learns. */
  public QueryNetwork policy() {
    return policy;
  }

  /** The network that lags behind. */
  public QueryNetwork target() {
    return target;
  }

  /** Updates so far. */
  public long updates() {
    return optimiser.steps();
  }

  /** Targets y of the last update, by transition; valid until the next one. */
  public float[] targets() {
    return targets;
  }

  /** Gives the target network the policy's weights and statistics. */
  public void copyToTarget() {
    target.copyFrom(policy);
  }

  /**
   * One update from a full batch.
   *
   * @return the mean loss before the update
   * @throws ArithmeticException if a value is not finite; the weights are then unchanged
   */
  public double update(TransitionBatch batch) {
    prepare(batch);
    // States before next states, as in the public code: both may move the running statistics.
    learning.forward(batch.states(), batch.actions());
    setTargets(batch);
    double loss = 0;
    int n = batch.size();
    for (int i = 0; i < n; i++) {
      double error = (double) learning.q(i, batch.chosen(i)) - targets[i];
      loss += config.loss().value(error) / n;
      slopes[i] = (float) (config.loss().slope(error) / n);
    }
    if (!Double.isFinite(loss)) {
      throw new ArithmeticException("loss=" + loss + " after " + updates() + " updates");
    }
    learning.seed(batch.chosen(), slopes);
    learning.backward();
    optimiser.step(config.learningRate().at(optimiser.steps()));
    return loss;
  }

  private void prepare(TransitionBatch batch) {
    if (!batch.config().equals(policy.config()) || batch.size() != batch.capacity()) {
      throw new IllegalArgumentException(
          "a batch of "
              + batch.size()
              + " transitions of "
              + batch.config()
              + " must have "
              + batch.capacity()
              + " of "
              + policy.config());
    }
    if (learning != null
        && learning.states() == batch.size()
        && learning.candidates() == batch.candidates()) {
      return;
    }
    closePasses();
    long values = (long) batch.size() * batch.candidates();
    policyNext = HostBuffer.floats("policy's next Q", values);
    targetNext = HostBuffer.floats("target's next Q", values);
    targets = new float[batch.size()];
    slopes = new float[batch.size()];
    learning = policy.trainingPass(batch.size(), batch.candidates());
  }

  private void setTargets(TransitionBatch batch) {
    if (batch.nonTerminal() > 0) {
      evaluate(target, batch, targetNext);
      lookAhead(batch);
    }
    boolean policySelects = config.selection() == DqnConfig.Selection.POLICY_SELECTS;
    HostBuffer selecting = policySelects ? policyNext : targetNext;
    HostBuffer valuing = policySelects ? targetNext : policyNext;
    for (int i = 0; i < batch.size(); i++) {
      double y = batch.reward(i);
      if (!batch.terminal(i)) {
        long row = (long) batch.nextRow(i) * batch.candidates();
        int best = Greedy.argmax(selecting.address() + row * Float.BYTES, batch.candidates());
        y += config.gamma() * valuing.getFloat(row + best);
      }
      targets[i] = (float) y;
    }
  }

  /** The policy's Q of the next states, in the statistics that the configuration asks for. */
  private void lookAhead(TransitionBatch batch) {
    int n = batch.nonTerminal();
    if (config.bootstrap() == DqnConfig.Bootstrap.EVALUATION || n == 1) {
      evaluate(policy, batch, policyNext);
      return;
    }
    if (lookahead == null || lookahead.states() != n) {
      closeLookahead();
      lookahead = policy.trainingPass(n, batch.candidates());
    }
    lookahead.forward(batch.nextStates(), batch.nextActions());
    long bytes = (long) n * batch.candidates() * Float.BYTES;
    UnsafeApi.copyMemory(lookahead.q(), policyNext.address(), bytes);
  }

  /** All rows, also those that mean nothing: with running statistics no row sees another. */
  private static void evaluate(QueryNetwork network, TransitionBatch batch, HostBuffer q) {
    network.observe(batch.nextStates(), batch.size());
    network.value(batch.nextActions(), batch.size(), batch.candidates(), q.address());
  }

  /** Writes both networks, the optimiser's state and the number of updates, atomically. */
  public void save(Path file) throws IOException {
    checkpoint.save(file);
  }

  /**
   * Restores what {@link #save} wrote, so that learning continues bit-exactly.
   *
   * @throws IOException if the file does not fit; nothing has changed then
   */
  public void load(Path file) throws IOException {
    checkpoint.load(file);
  }

  private void closeLookahead() {
    if (lookahead != null) {
      lookahead.close();
      lookahead = null;
    }
  }

  private void closePasses() {
    closeLookahead();
    if (learning != null) {
      learning.close();
      learning = null;
    }
    policyNext.close();
    targetNext.close();
  }

  @Override
  public void close() {
    closePasses();
    optimiser.close();
    policy.close();
    target.close();
  }
}
