package dev.assay.rl;

import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryConfig;
import org.agrona.UnsafeApi;

/**
 * Transitions (s, a, r, s') side by side, ready for the network: states [n, S, F], actions [n, N, F
 * + K], and of the non-terminal ones, in the same order without gaps, the next states and actions.
 * Owner of its off-heap memory; confined to one thread.
 */
public final class TransitionBatch implements AutoCloseable {
  private static final int TERMINAL = -1;

  private final QueryConfig config;
  private final int candidates;
  private final int capacity;
  private final HostBuffer states;
  private final HostBuffer actions;
  private final HostBuffer nextStates;
  private final HostBuffer nextActions;
  private final int[] chosen;
  private final float[] rewards;
  private final int[] nextRow;
  private int size;
  private int nonTerminal;

  /**
   * An empty batch.
   *
   * @param candidates N, candidates in a pool
   * @param capacity transitions that fit
   */
  public TransitionBatch(QueryConfig config, int candidates, int capacity) {
    if (candidates < 1 || capacity < 1) {
      throw new IllegalArgumentException(
          "candidates=" + candidates + " and capacity=" + capacity + " must be >= 1");
    }
    this.config = config;
    this.candidates = candidates;
    this.capacity = capacity;
    this.states = HostBuffer.floats("states", capacity * config.stateValues());
    this.actions = HostBuffer.floats("actions", capacity * config.actionValues(candidates));
    this.nextStates = HostBuffer.floats("next states", capacity * config.stateValues());
    this.nextActions =
        HostBuffer.floats("next actions", capacity * config.actionValues(candidates));
    this.chosen = new int[capacity];
    this.rewards = new float[capacity];
    this.nextRow = new int[capacity];
  }

  /** Forgets all transitions. */
  public void clear() {
    size = 0;
    nonTerminal = 0;
  }

  /**
   * Copies a transition that ends its episode.
   *
   * @param state address of [S, F]
   * @param pool address of [N, F + K]
   * @param action index of the chosen candidate
   */
  public void addTerminal(long state, long pool, int action, float reward) {
    if (size == capacity) {
      throw new IllegalStateException("the batch has its " + capacity + " transitions");
    }
    if (action < 0 || action >= candidates) {
      throw new IllegalArgumentException(
          "action=" + action + " must be in [0, " + candidates + ")");
    }
    copy(state, states, size, stateBytes());
    copy(pool, actions, size, actionBytes());
    chosen[size] = action;
    rewards[size] = reward;
    nextRow[size] = TERMINAL;
    size++;
  }

  /** Copies a transition to {@code nextState}, in which {@code nextPool} is offered. */
  public void add(long state, long pool, int action, float reward, long nextState, long nextPool) {
    addTerminal(state, pool, action, reward);
    copy(nextState, nextStates, nonTerminal, stateBytes());
    copy(nextPool, nextActions, nonTerminal, actionBytes());
    nextRow[size - 1] = nonTerminal++;
  }

  private long stateBytes() {
    return config.stateValues() * Float.BYTES;
  }

  private long actionBytes() {
    return config.actionValues(candidates) * Float.BYTES;
  }

  private static void copy(long from, HostBuffer to, int row, long bytes) {
    UnsafeApi.copyMemory(from, to.address() + row * bytes, bytes);
  }

  /** Sizes of states and candidates. */
  public QueryConfig config() {
    return config;
  }

  /** Candidates in a pool. */
  public int candidates() {
    return candidates;
  }

  /** Transitions that fit. */
  public int capacity() {
    return capacity;
  }

  /** Transitions in the batch. */
  public int size() {
    return size;
  }

  /** Transitions that have a next state. */
  public int nonTerminal() {
    return nonTerminal;
  }

  /** Address of the states. */
  public long states() {
    return states.address();
  }

  /** Address of the actions. */
  public long actions() {
    return actions.address();
  }

  /**
   * Address of the next states; the rows from {@link #nonTerminal()} to {@link #capacity()} can be
   * read and mean nothing.
   */
  public long nextStates() {
    return nextStates.address();
  }

  /** Address of the next actions, as {@link #nextStates()}. */
  public long nextActions() {
    return nextActions.address();
  }

  /** Chosen candidate of transition {@code i}. */
  public int chosen(int i) {
    return chosen[i];
  }

  /** Reward of transition {@code i}. */
  public float reward(int i) {
    return rewards[i];
  }

  /** Whether transition {@code i} ends its episode. */
  public boolean terminal(int i) {
    return nextRow[i] == TERMINAL;
  }

  /** Row of transition {@code i} among the next states. */
  int nextRow(int i) {
    return nextRow[i];
  }

  /** The chosen candidates, by transition. */
  int[] chosen() {
    return chosen;
  }

  @Override
  public void close() {
    states.close();
    actions.close();
    nextStates.close();
    nextActions.close();
  }
}
