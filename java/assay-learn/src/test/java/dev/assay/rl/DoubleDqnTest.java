package dev.assay.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryFixture;
import dev.assay.model.QueryNetwork;
import dev.assay.model.QueryTrainingPass;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.Tensor;
import dev.assay.rl.DqnConfig.Bootstrap;
import dev.assay.rl.DqnConfig.Selection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DoubleDqnTest {
  private static final QueryConfig SHAPE = QueryFixture.SMALL;
  private static final int CANDIDATES = 5;

  @TempDir Path folder;

  private static DoubleDqn learner(DqnConfig config, long seed) {
    return new DoubleDqn(
        config,
        new QueryNetwork(SHAPE, Backends.cpu(), seed),
        new QueryNetwork(SHAPE, Backends.cpu(), seed + 1));
  }

  private static DqnConfig standard() {
    return DqnConfig.standard(1e-2, 50);
  }

  @ParameterizedTest
  @EnumSource(Bootstrap.class)
  void equalSeedsLearnEqually(Bootstrap bootstrap) {
    float[][] weights = new float[2][];
    for (int run = 0; run < 2; run++) {
      try (DoubleDqn dqn = learner(standard().with(bootstrap), 4)) {
        for (int i = 0; i < 5; i++) {
          try (TransitionBatch batch = Experience.noise(SHAPE, CANDIDATES, 8, i)) {
            dqn.update(batch);
          }
        }
        weights[run] = QueryFixture.weights(dqn.policy());
      }
    }
    assertArrayEquals(weights[0], weights[1], 0);
  }

  @Test
  void continuesBitForBitAfterLoading() throws IOException {
    Path file = folder.resolve("learner.safetensors");
    try (DoubleDqn dqn = learner(standard(), 4);
        DoubleDqn resumed = learner(standard(), 99)) {
      for (int i = 0; i < 3; i++) {
        update(dqn, i);
      }
      dqn.save(file);
      update(dqn, 3);
      dqn.copyToTarget();
      double expected = update(dqn, 4);
      resumed.load(file);
      assertEquals(3, resumed.updates());
      update(resumed, 3);
      resumed.copyToTarget();
      assertEquals(expected, update(resumed, 4), 0);
      assertArrayEquals(
          QueryFixture.weights(dqn.policy()), QueryFixture.weights(resumed.policy()), 0);
      assertArrayEquals(
          QueryFixture.weights(dqn.target()), QueryFixture.weights(resumed.target()), 0);
    }
  }

  private static double update(DoubleDqn dqn, long seed) {
    try (TransitionBatch batch = Experience.noise(SHAPE, CANDIDATES, 8, seed)) {
      return dqn.update(batch);
    }
  }

  @Test
  void filesThatDoNotFitChangeNothing() throws IOException {
    Path file = folder.resolve("learner.safetensors");
    try (DoubleDqn dqn = learner(standard(), 4);
        DoubleDqn other =
            new DoubleDqn(
                standard(),
                new QueryNetwork(new QueryConfig(7, 12, 5), Backends.cpu(), 1),
                new QueryNetwork(new QueryConfig(7, 12, 5), Backends.cpu(), 1))) {
      other.save(file);
      float[] before = QueryFixture.weights(dqn.policy());
      String message = assertThrows(IOException.class, () -> dqn.load(file)).getMessage();
      assertTrue(message.contains("policy/bn1_s.weight is [12], expected [13]"), message);
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, whole.length / 2));
      assertThrows(IOException.class, () -> other.load(file));
      assertArrayEquals(before, QueryFixture.weights(dqn.policy()), 0);
    }
  }

  /**
   * Targets from the networks' own evaluations, as the equation reads. The policy looks ahead after
   * its statistics have moved and before its weights do, so a twin of it is moved the same way.
   */
  @ParameterizedTest
  @EnumSource(Selection.class)
  void targetsFollowTheEquation(Selection selection) {
    DqnConfig config = standard().with(TdLoss.SQUARED, selection);
    try (QueryNetwork policy = QueryFixture.network(SHAPE, 1);
        QueryNetwork target = QueryFixture.network(SHAPE, 2);
        QueryTrainingPass twin = policy.trainingPass(8, CANDIDATES);
        DoubleDqn dqn = learner(config, 5);
        TransitionBatch batch = Experience.noise(SHAPE, CANDIDATES, 8, 6)) {
      dqn.policy().copyFrom(policy);
      dqn.target().copyFrom(target);
      dqn.update(batch);
      twin.forward(batch.states(), batch.actions());
      boolean policySelects = selection == Selection.POLICY_SELECTS;
      float[] selecting = next(policySelects ? policy : target, batch);
      float[] valuing = next(policySelects ? target : policy, batch);
      int next = 0;
      for (int i = 0; i < 8; i++) {
        double y = batch.reward(i);
        if (!batch.terminal(i)) {
          int best = next * CANDIDATES;
          for (int j = best; j < (next + 1) * CANDIDATES; j++) {
            best = selecting[j] > selecting[best] ? j : best;
          }
          y += config.gamma() * valuing[best];
          next++;
        }
        assertEquals(y, dqn.targets()[i], 1e-5, "transition " + i);
      }
      assertEquals(6, next);
    }
  }

  private static float[] next(QueryNetwork network, TransitionBatch batch) {
    int n = batch.nonTerminal();
    try (HostBuffer q = HostBuffer.floats("q", (long) n * CANDIDATES)) {
      network.observe(batch.nextStates(), n);
      network.value(batch.nextActions(), n, CANDIDATES, q.address());
      float[] values = new float[n * CANDIDATES];
      for (int i = 0; i < values.length; i++) {
        values[i] = q.getFloat(i);
      }
      return values;
    }
  }

  /** One non-terminal row has no batch statistics; none at all needs no bootstrap. */
  @ParameterizedTest
  @EnumSource(Bootstrap.class)
  void learnsAtTheEndOfEpisodes(Bootstrap bootstrap) {
    try (DoubleDqn dqn = learner(standard().with(bootstrap), 4);
        TransitionBatch batch = new TransitionBatch(SHAPE, CANDIDATES, 3);
        HostBuffer s = QueryFixture.gaussians(SHAPE.stateValues(), 1);
        HostBuffer t = QueryFixture.gaussians(SHAPE.stateValues(), 2);
        HostBuffer a = QueryFixture.gaussians(SHAPE.actionValues(CANDIDATES), 3)) {
      for (int trial = 0; trial < 2; trial++) {
        batch.clear();
        batch.addTerminal(s.address(), a.address(), 1, 0.5f);
        batch.addTerminal(t.address(), a.address(), 2, -0.5f);
        if (trial == 0) {
          batch.addTerminal(t.address(), a.address(), 0, 2);
        } else {
          batch.add(t.address(), a.address(), 0, 2, s.address(), a.address());
        }
        assertTrue(Double.isFinite(dqn.update(batch)));
        assertEquals(-0.5f, dqn.targets()[1]);
        assertEquals(trial == 0, dqn.targets()[2] == 2);
      }
    }
  }

  /**
   * A bandit: the reward is what the first feature of the chosen candidate says. After learning,
   * the greedy choice takes most of what there is; chance takes nothing on average.
   */
  @Test
  void learnsToPickTheBestCandidate() {
    try (DoubleDqn dqn = learner(standard(), 4);
        TransitionBatch batch = new TransitionBatch(SHAPE, CANDIDATES, 16);
        HostBuffer state = QueryFixture.gaussians(SHAPE.stateValues(), 1)) {
      Random random = new Random(5);
      double early = 0;
      double late = 0;
      for (int step = 0; step < 300; step++) {
        batch.clear();
        for (int i = 0; i < 16; i++) {
          try (HostBuffer pool =
              QueryFixture.gaussians(SHAPE.actionValues(CANDIDATES), random.nextLong())) {
            int action = random.nextInt(CANDIDATES);
            float reward = first(pool, action);
            batch.addTerminal(state.address(), pool.address(), action, reward);
          }
        }
        double loss = dqn.update(batch);
        early += step < 30 ? loss / 30 : 0;
        late += step >= 270 ? loss / 30 : 0;
      }
      assertTrue(late < 0.5 * early, early + " -> " + late);
      assertTrue(greedyShare(dqn.policy(), state) > 0.7, "" + greedyShare(dqn.policy(), state));
    }
  }

  private static float first(HostBuffer pool, int candidate) {
    return pool.getFloat((long) candidate * SHAPE.actionFeatures());
  }

  /** Reward of the greedy choices as a share of the best ones. */
  private static double greedyShare(QueryNetwork policy, HostBuffer state) {
    int pools = 200;
    double got = 0;
    double best = 0;
    policy.observe(state.address(), 1);
    try (HostBuffer q = HostBuffer.floats("q", CANDIDATES)) {
      for (int pool = 0; pool < pools; pool++) {
        try (HostBuffer p = QueryFixture.gaussians(SHAPE.actionValues(CANDIDATES), 1000 + pool)) {
          policy.value(p.address(), 1, CANDIDATES, q.address());
          got += first(p, Greedy.argmax(q.address(), CANDIDATES));
          double largest = first(p, 0);
          for (int j = 1; j < CANDIDATES; j++) {
            largest = Math.max(largest, first(p, j));
          }
          best += largest;
        }
      }
    }
    return got / best;
  }

  @Test
  void theTargetLagsBehind() {
    try (DoubleDqn dqn = learner(standard(), 4)) {
      float[] before = QueryFixture.weights(dqn.policy());
      assertArrayEquals(before, QueryFixture.weights(dqn.target()), 0);
      update(dqn, 1);
      assertArrayEquals(before, QueryFixture.weights(dqn.target()), 0);
      assertNotEquals(Arrays.hashCode(before), Arrays.hashCode(QueryFixture.weights(dqn.policy())));
      dqn.copyToTarget();
      assertArrayEquals(QueryFixture.weights(dqn.policy()), QueryFixture.weights(dqn.target()), 0);
    }
  }

  /** Once planned and compiled, an update leaves less than a kilobyte to the collector. */
  @Test
  void updatesAllocateNothingThatGrows() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (DoubleDqn dqn = learner(standard(), 4);
        TransitionBatch batch = Experience.noise(SHAPE, CANDIDATES, 8, 1)) {
      for (int i = 0; i < 20; i++) {
        dqn.update(batch);
      }
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      for (int i = 0; i < 20; i++) {
        dqn.update(batch);
      }
      long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
      assertTrue(bytes < 20 * 1024, bytes + " bytes in 20 updates");
    }
  }

  @Test
  void whatIsNotFiniteIsNotLearnt() {
    try (DoubleDqn dqn = learner(standard(), 4);
        TransitionBatch batch = new TransitionBatch(SHAPE, CANDIDATES, 2);
        HostBuffer s = QueryFixture.gaussians(SHAPE.stateValues(), 1);
        HostBuffer a = QueryFixture.gaussians(SHAPE.actionValues(CANDIDATES), 3)) {
      batch.addTerminal(s.address(), a.address(), 1, 0);
      batch.addTerminal(s.address(), a.address(), 1, Float.NaN);
      double[] weights = values(dqn);
      assertThrows(ArithmeticException.class, () -> dqn.update(batch));
      assertArrayEquals(weights, values(dqn), 0);
      assertEquals(0, dqn.updates());
    }
  }

  private static double[] values(DoubleDqn dqn) {
    Tensor weights = dqn.policy().parameters().get("conv2.weight").value();
    double[] values = new double[(int) weights.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Experience.get(weights.address(), i);
    }
    return values;
  }

  @Test
  void batchesMustBeFullAndFit() {
    try (DoubleDqn dqn = learner(standard(), 4);
        TransitionBatch empty = new TransitionBatch(SHAPE, CANDIDATES, 4);
        TransitionBatch other = Experience.noise(new QueryConfig(7, 12, 5), CANDIDATES, 8, 1)) {
      assertThrows(IllegalArgumentException.class, () -> dqn.update(empty));
      assertThrows(IllegalArgumentException.class, () -> dqn.update(other));
      assertThrows(IllegalArgumentException.class, () -> empty.addTerminal(0, 0, CANDIDATES, 0));
      assertFalse(Double.isNaN(update(dqn, 1)));
    }
  }
}
