package dev.assay.rl;

import dev.assay.select.RandomKeys;
import dev.assay.select.RandomKeys.Purpose;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Experience of an agent that takes K sub-actions per step, in one file off the heap. A step's K
 * transitions share its state, and the next step's record is their next state; the oldest step
 * makes room for the newest.
 *
 * <p>Writing is in two phases, as the agent lives them: {@link #begin} when it sees a state and its
 * pools, {@link #complete} when it knows the reward. Transitions can be sampled once their step is
 * complete and, unless it ends the episode, the next one has begun.
 *
 * <p>Survives the death of the process at any moment: every record has a checksum, and opening
 * drops with one WARN line what is not whole. A step that had begun only is dropped, too: whoever
 * resumes begins it again. One thread, one process.
 */
public final class ReplayBuffer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayBuffer.class);
  private static final long NONE = -1;

  private final ReplayConfig config;
  private final ReplayFile file;
  private final int slots;
  private final long[] stepOf;
  private final boolean[] terminal;
  private final int[][] actions;
  private final float[][] rewards;
  private final long[] eligible;
  private int eligibleCount;
  private long completed;
  private boolean open;

  private ReplayBuffer(ReplayConfig config, ReplayFile file) {
    this.config = config;
    this.file = file;
    this.slots = ReplayFormat.slots(config);
    this.stepOf = new long[slots];
    this.terminal = new boolean[slots];
    this.actions = new int[slots][config.pools()];
    this.rewards = new float[slots][config.pools()];
    this.eligible = new long[config.steps()];
    Arrays.fill(stepOf, NONE);
  }

  /**
   * Opens a buffer with what is whole in {@code file}, or makes an empty one.
   *
   * @throws IOException if the file is another's, or cannot be read or written
   */
  public static ReplayBuffer open(Path file, ReplayConfig config) throws IOException {
    ReplayFile opened = ReplayFile.open(file, config);
    ReplayBuffer buffer = new ReplayBuffer(config, opened);
    try {
      buffer.recover();
      return buffer;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void recover() throws IOException {
    for (int slot = 0; slot < slots; slot++) {
      long step = file.stampedStep(slot);
      if (step == NONE) {
        continue;
      }
      ByteBuffer decision = step % slots == slot ? file.decision(slot, step) : null;
      if (decision == null || !file.intact(slot)) {
        LOG.warn("{}: step {} is not whole and is dropped", file.path(), step);
        file.erase(slot);
        continue;
      }
      stepOf[slot] = step;
      readDecision(slot, decision);
      completed = Math.max(completed, step + 1);
    }
    findEligible();
  }

  private void readDecision(int slot, ByteBuffer decision) {
    decision.position(Long.BYTES);
    terminal[slot] = decision.getInt() != 0;
    for (int k = 0; k < config.pools(); k++) {
      actions[slot][k] = decision.getInt();
    }
    for (int k = 0; k < config.pools(); k++) {
      rewards[slot][k] = decision.getFloat();
    }
  }

  /** Shape of the buffer. */
  public ReplayConfig config() {
    return config;
  }

  /** Steps completed since the buffer was made, also those that are forgotten. */
  public long completedSteps() {
    return completed;
  }

  /** Transitions that can be sampled. */
  public int size() {
    return eligibleCount * config.pools();
  }

  /**
   * Records what the agent sees.
   *
   * @param state address of fp32 [S, F]
   * @param pools address of fp32 [K, N, F + similarities]
   * @throws IOException if it cannot be written, for example because the disk is full
   */
  public void begin(long state, long pools) throws IOException {
    if (open) {
      throw new IllegalStateException("step " + completed + " has begun and is not complete");
    }
    int slot = slot(completed);
    stepOf[slot] = NONE;
    file.writeContents(slot, completed, state, pools);
    stepOf[slot] = completed;
    open = true;
    findEligible();
  }

  /**
   * Records what the agent did and got.
   *
   * @param chosen candidate chosen from each pool
   * @param reward of each sub-action
   * @param ends whether the episode is over, so that the step has no next state
   */
  public void complete(int[] chosen, float[] reward, boolean ends) throws IOException {
    if (!open) {
      throw new IllegalStateException("no step has begun");
    }
    check(chosen, reward);
    int slot = slot(completed);
    file.writeDecision(slot, ReplayFormat.decision(completed, chosen, reward, ends));
    System.arraycopy(chosen, 0, actions[slot], 0, chosen.length);
    System.arraycopy(reward, 0, rewards[slot], 0, reward.length);
    terminal[slot] = ends;
    open = false;
    completed++;
    findEligible();
  }

  private void check(int[] chosen, float[] reward) {
    int pools = config.pools();
    if (chosen.length != pools || reward.length != pools) {
      throw new IllegalArgumentException(
          chosen.length + " actions and " + reward.length + " rewards must be " + pools);
    }
    for (int k = 0; k < pools; k++) {
      if (chosen[k] < 0 || chosen[k] >= config.candidates() || !Float.isFinite(reward[k])) {
        throw new IllegalArgumentException(
            "pool "
                + k
                + ": action="
                + chosen[k]
                + " must be in [0, "
                + config.candidates()
                + ") and reward="
                + reward[k]
                + " finite");
      }
    }
  }

  /**
   * Forgets all steps from {@code step} on, completed or begun, to repeat them. What is sampled
   * afterwards is what it was then if at most {@link ReplayConfig#undo()} completed steps are taken
   * back; of older ones the room may have been used.
   */
  public void rewind(long step) throws IOException {
    if (step < 0 || step > completed) {
      throw new IllegalArgumentException("step=" + step + " must be in [0, " + completed + "]");
    }
    for (int slot = 0; slot < slots; slot++) {
      if (stepOf[slot] >= step) {
        file.erase(slot);
        stepOf[slot] = NONE;
      }
    }
    open = false;
    completed = step;
    findEligible();
  }

  private int slot(long step) {
    return (int) (step % slots);
  }

  private boolean has(long step) {
    return stepOf[slot(step)] == step;
  }

  /** Lists the steps whose transitions are whole, oldest first. */
  private void findEligible() {
    eligibleCount = 0;
    for (long s = Math.max(0, completed - config.steps()); s < completed; s++) {
      if (has(s) && (terminal[slot(s)] || has(s + 1))) {
        eligible[eligibleCount++] = s;
      }
    }
  }

  /**
   * Fills the batch with different transitions. They depend on (seed, draw) and on what is in the
   * buffer, on nothing else.
   *
   * @throws IllegalStateException if there are fewer transitions than the batch holds
   */
  public void sample(long seed, long draw, TransitionBatch batch) {
    int count = batch.capacity();
    requireShape(batch);
    if (size() < count) {
      throw new IllegalStateException(
          "a batch of " + count + " transitions from a buffer of " + size());
    }
    batch.clear();
    RandomKeys random = new RandomKeys(seed, draw);
    int[] taken = new int[count];
    for (int i = 0; i < count; i++) {
      int attempt = 0;
      do {
        taken[i] = random.below(size(), Purpose.REPLAY, i, attempt++);
      } while (contains(taken, i, taken[i]));
      add(batch, eligible[taken[i] / config.pools()], taken[i] % config.pools());
    }
    file.release();
  }

  private void requireShape(TransitionBatch batch) {
    if (!batch.config().equals(config.network()) || batch.candidates() != config.candidates()) {
      throw new IllegalArgumentException(
          "a batch of "
              + batch.candidates()
              + " candidates of "
              + batch.config()
              + " from a buffer of "
              + config);
    }
  }

  private static boolean contains(int[] values, int count, int value) {
    for (int i = 0; i < count; i++) {
      if (values[i] == value) {
        return true;
      }
    }
    return false;
  }

  private void add(TransitionBatch batch, long step, int pool) {
    int slot = slot(step);
    long state = file.state(slot);
    long offered = file.pool(slot, pool);
    int action = actions[slot][pool];
    float reward = rewards[slot][pool];
    if (terminal[slot]) {
      batch.addTerminal(state, offered, action, reward);
    } else {
      int next = slot(step + 1);
      batch.add(state, offered, action, reward, file.state(next), file.pool(next, pool));
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
