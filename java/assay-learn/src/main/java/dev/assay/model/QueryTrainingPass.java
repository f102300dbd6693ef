package dev.assay.model;

import dev.assay.nn.Graph;
import dev.assay.nn.ParameterStore;
import dev.assay.nn.backend.Tensor;
import org.agrona.UnsafeApi;

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

  QueryTrainingPass(ParameterStore store, Graph graph, Tensor states, Tensor actions, Tensor q) {
    this.store = store;
    this.graph = graph;
    this.states = states;
    this.actions = actions;
    this.q = q;
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
   * @param stateValues address of [states, S, F]
   * @param actionValues address of [states, candidates, F + K]
   */
  public void forward(long stateValues, long actionValues) {
    graph.write(states, stateValues);
    graph.write(actions, actionValues);
    graph.forward();
    // The running statistics have moved: what other graphs folded of them is stale.
    store.changed();
  }

  /** Address of Q [states, candidates], valid until the next forward pass. */
  public long q() {
    return q.address();
  }

  /** Q of one candidate. */
  public float q(int state, int candidate) {
    return UnsafeApi.getFloat(q.address() + at(state, candidate));
  }

  /** Sets dLoss/dQ of one candidate of each state, and 0 for all the others. */
  public void seed(int[] candidate, float[] gradient) {
    Tensor d = graph.gradient(q);
    UnsafeApi.setMemory(d.address(), d.bytes(), (byte) 0);
    for (int state = 0; state < states(); state++) {
      UnsafeApi.putFloat(d.address() + at(state, candidate[state]), gradient[state]);
    }
  }

  private long at(int state, int candidate) {
    return ((long) state * candidates() + candidate) * Float.BYTES;
  }

  /** Computes the gradients of all parameters from what {@link #seed} set. */
  public void backward() {
    graph.backward();
  }

  @Override
  public void close() {
    graph.close();
  }
}
