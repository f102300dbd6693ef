package dev.assay.rl;

import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryConfig;
import java.io.IOException;
import java.util.Random;
import org.agrona.UnsafeApi;

/** Steps whose every value says which step, pool and candidate it belongs to. */
final class Experience implements AutoCloseable {
  static final QueryConfig SHAPE = new QueryConfig(6, 5, 3);
  static final int POOLS = 4;
  static final int CANDIDATES = 3;

  private final HostBuffer state = HostBuffer.floats("state", SHAPE.stateValues());
  private final HostBuffer pools =
      HostBuffer.floats("pools", SHAPE.actionValues((long) POOLS * CANDIDATES));

  static ReplayConfig config(int capacity) {
    return new ReplayConfig(SHAPE, POOLS, CANDIDATES, capacity);
  }

  static float stateValue(long step, long index) {
    return (float) (step * 1000 + index);
  }

  static float poolValue(long step, int pool, long index) {
    return (float) -(step * 1000 + pool * 100L + index);
  }

  static int action(long step, int pool) {
    return (int) ((step + pool) % CANDIDATES);
  }

  static float reward(long step, int pool) {
    return step + pool / 8f;
  }

  void begin(ReplayBuffer buffer, long step) throws IOException {
    for (long i = 0; i < SHAPE.stateValues(); i++) {
      state.putFloat(i, stateValue(step, i));
    }
    long each = SHAPE.actionValues(CANDIDATES);
    for (int k = 0; k < POOLS; k++) {
      for (long i = 0; i < each; i++) {
        pools.putFloat(k * each + i, poolValue(step, k, i));
      }
    }
    buffer.begin(state.address(), pools.address());
  }

  void complete(ReplayBuffer buffer, long step, boolean ends) throws IOException {
    int[] actions = new int[POOLS];
    float[] rewards = new float[POOLS];
    for (int k = 0; k < POOLS; k++) {
      actions[k] = action(step, k);
      rewards[k] = reward(step, k);
    }
    buffer.complete(actions, rewards, ends);
  }

  /** Steps [from, to); every fifth ends an episode. */
  void live(ReplayBuffer buffer, long from, long to) throws IOException {
    for (long step = from; step < to; step++) {
      begin(buffer, step);
      complete(buffer, step, ends(step));
    }
  }

  static boolean ends(long step) {
    return step % 5 == 4;
  }

  static TransitionBatch batch(int size) {
    return new TransitionBatch(SHAPE, CANDIDATES, size);
  }

  /** A batch of noise, of which every fourth transition is terminal. */
  static TransitionBatch noise(QueryConfig config, int candidates, int size, long seed) {
    TransitionBatch batch = new TransitionBatch(config, candidates, size);
    Random random = new Random(seed);
    try (HostBuffer s = HostBuffer.floats("s", config.stateValues());
        HostBuffer a = HostBuffer.floats("a", config.actionValues(candidates));
        HostBuffer t = HostBuffer.floats("t", config.stateValues());
        HostBuffer b = HostBuffer.floats("b", config.actionValues(candidates))) {
      for (int i = 0; i < size; i++) {
        for (HostBuffer values : new HostBuffer[] {s, a, t, b}) {
          for (long j = 0; j < values.bytes() / Float.BYTES; j++) {
            values.putFloat(j, (float) random.nextGaussian());
          }
        }
        int action = random.nextInt(candidates);
        float reward = (float) random.nextGaussian();
        if (i % 4 == 3) {
          batch.addTerminal(s.address(), a.address(), action, reward);
        } else {
          batch.add(s.address(), a.address(), action, reward, t.address(), b.address());
        }
      }
    }
    return batch;
  }

  static float get(long address, long i) {
    return UnsafeApi.getFloat(address + i * Float.BYTES);
  }

  @Override
  public void close() {
    state.close();
    pools.close();
  }
}
