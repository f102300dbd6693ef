package dev.assay.model;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.Graph;
import dev.assay.nn.ParameterStore;
import dev.assay.nn.backend.Tensor;

/**
 * Forward and backward passes of a query network with the statistics of the batch, for one shape of
 * batch. Allocates nothing after construction; confined to the network's thread.
 */
public final class QueryTrainingPass implements AutoCloseable {
  private final ParameterStore store;
  private final Graph graph;
  private final Tensor states;
  private final Tensor actions;
  private final Tensor q;
  private final HostBuffer values;
  private final HostBuffer slopes;

  QueryTrainingPass(ParameterStore store, Graph graph, Tensor states, Tensor actions, Tensor q) {
    this.store = store;
    this.graph = graph;
    this.states = states;
    this.actions = actions;
    this.q = q;
    this.values = HostBuffer.allocate("Q", q.bytes());
    this.slopes = HostBuffer.allocate("dLoss/dQ", q.bytes());
  }

  /** States in a batch. */
  public int states() {
    return q.shape().n();
  }

  /** Candidates of each state. */
  public int candidates() {
    return q.shape().h();
  }

  /**
   * Computes Q from the batch's own statistics, which also move the running ones.
   *
   * @param stateValues the host's address of [states, S, F]
   * @param actionValues the host's address of [states, candidates, F + K]
   */
  public void forward(long stateValues, long actionValues) {
    graph.write(states, stateValues);
    graph.write(actions, actionValues);
    graph.forward();
    graph.read(q, values.address());
    // The running statistics have moved: what other graphs folded of them is stale.
    store.changed();
  }

  /** The host's address of Q [states, candidates], valid until the next forward pass. */
  public long q() {
    return values.address();
  }

  /** Q of one candidate. */
  public float q(int state, int candidate) {
    return values.getFloat(at(state, candidate));
  }

  /** Sets dLoss/dQ of one candidate of each state, and 0 for all the others. */
  public void seed(int[] candidate, float[] gradient) {
    slopes.view().setMemory(0, slopes.view().capacity(), (byte) 0);
    for (int state = 0; state < states(); state++) {
      slopes.putFloat(at(state, candidate[state]), gradient[state]);
    }
    graph.write(graph.gradient(q), slopes.address());
  }

  private long at(int state, int candidate) {
    return (long) state * candidates() + candidate;
  }

  /** Computes the gradients of all parameters from what {@link #seed} set. */
  public void backward() {
    graph.backward();
  }

  @Override
  public void close() {
    graph.close();
    values.close();
    slopes.close();
  }
}
