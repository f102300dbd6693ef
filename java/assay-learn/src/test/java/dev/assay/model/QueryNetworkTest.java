package dev.assay.model;

import static dev.assay.model.QueryFixture.SMALL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.Parameter;
import dev.assay.nn.Values;
import java.util.Arrays;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class QueryNetworkTest {
  /** The order of a sum of a few hundred products of order 1 may depend on the row's place. */
  private static final float ROUNDING = 2e-6f;

  @Test
  void permutedCandidatesHavePermutedValues() {
    int candidates = 19;
    int width = SMALL.actionFeatures();
    try (QueryNetwork network = QueryFixture.network(SMALL, 3);
        HostBuffer states = QueryFixture.gaussians(SMALL.stateValues(), 1);
        HostBuffer actions = QueryFixture.gaussians(SMALL.actionValues(candidates), 2);
        HostBuffer permuted = HostBuffer.floats("permuted", SMALL.actionValues(candidates))) {
      for (int i = 0; i < candidates; i++) {
        for (int j = 0; j < width; j++) {
          permuted.putFloat(i * 7 % candidates * width + j, actions.getFloat(i * width + j));
        }
      }
      float[] before = QueryFixture.values(network, states, actions, 1, candidates);
      float[] after = QueryFixture.values(network, states, permuted, 1, candidates);
      for (int i = 0; i < candidates; i++) {
        assertEquals(before[i], after[i * 7 % candidates], ROUNDING);
      }
      assertTrue(spread(before) > 100 * ROUNDING, Arrays.toString(before));
    }
  }

  private static float spread(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[0];
  }

  @Test
  void aBatchIsItsTransitionsOneByOne() {
    int n = 5;
    int candidates = 6;
    try (QueryNetwork network = QueryFixture.network(SMALL, 4);
        HostBuffer states = QueryFixture.gaussians(n * SMALL.stateValues(), 1);
        HostBuffer actions = QueryFixture.gaussians(SMALL.actionValues((long) n * candidates), 2);
        HostBuffer q = HostBuffer.floats("q", candidates)) {
      float[] together = QueryFixture.values(network, states, actions, n, candidates);
      for (int i = 0; i < n; i++) {
        network.observe(states.floatAddress(i * SMALL.stateValues()), 1);
        long pool = actions.floatAddress(i * SMALL.actionValues(candidates));
        network.value(pool, 1, candidates, q.address());
        for (int j = 0; j < candidates; j++) {
          assertEquals(together[i * candidates + j], q.getFloat(j), ROUNDING);
        }
      }
    }
  }

  /** More candidates than are valued at once, with one state taken in once. */
  @Test
  void chunksAreInvisible() {
    int candidates = 4096 + 37;
    try (QueryNetwork network = QueryFixture.network(SMALL, 5);
        HostBuffer states = QueryFixture.gaussians(SMALL.stateValues(), 1);
        HostBuffer actions = QueryFixture.gaussians(SMALL.actionValues(candidates), 2);
        HostBuffer q = HostBuffer.floats("q", 50)) {
      float[] all = QueryFixture.values(network, states, actions, 1, candidates);
      int from = candidates - 50;
      network.value(actions.floatAddress(SMALL.actionValues(from)), 1, 50, q.address());
      for (int i = 0; i < 50; i++) {
        assertEquals(all[from + i], q.getFloat(i), ROUNDING);
      }
    }
  }

  @Test
  void valuesDependOnTheState() {
    try (QueryNetwork network = QueryFixture.network(SMALL, 6);
        HostBuffer one = QueryFixture.gaussians(SMALL.stateValues(), 1);
        HostBuffer other = QueryFixture.gaussians(SMALL.stateValues(), 2);
        HostBuffer actions = QueryFixture.gaussians(SMALL.actionValues(3), 3)) {
      float[] first = QueryFixture.values(network, one, actions, 1, 3);
      assertNotEquals(first[0], QueryFixture.values(network, other, actions, 1, 3)[0]);
      assertArrayEquals(first, QueryFixture.values(network, one, actions, 1, 3), 0);
    }
  }

  /**
   * The central difference of sum r Q along a random direction in the space of all parameters. The
   * step is a three-hundredth of a typical weight: larger ones cross kinks of ReLU, smaller ones
   * drown in rounding.
   */
  @Test
  void gradientsAreThoseOfTheValues() {
    int n = 16;
    int candidates = 3;
    try (QueryNetwork network = QueryFixture.network(SMALL, 7);
        QueryTrainingPass pass = network.trainingPass(n, candidates);
        HostBuffer states = QueryFixture.gaussians(n * SMALL.stateValues(), 1);
        HostBuffer actions = QueryFixture.gaussians(SMALL.actionValues((long) n * candidates), 2)) {
      int[] chosen = new Random(3).ints(n, 0, candidates).toArray();
      float[] seed = new float[n];
      for (int i = 0; i < n; i++) {
        seed[i] = i % 5 - 1.5f;
      }
      pass.forward(states.address(), actions.address());
      pass.seed(chosen, seed);
      pass.backward();
      double h = 1e-4;
      double slope = move(network, h);
      double above = weighted(pass, states, actions, chosen, seed);
      move(network, -2 * h);
      double below = weighted(pass, states, actions, chosen, seed);
      double numeric = (above - below) / (2 * h);
      assertEquals(numeric, slope, 0.02 * Math.abs(numeric) + 0.02);
      assertTrue(Math.abs(slope) > 1, "slope " + slope);
    }
  }

  private static double weighted(
      QueryTrainingPass pass, HostBuffer states, HostBuffer actions, int[] chosen, float[] seed) {
    pass.forward(states.address(), actions.address());
    double sum = 0;
    for (int i = 0; i < seed.length; i++) {
      sum += seed[i] * pass.q(i, chosen[i]);
    }
    return sum;
  }

  /** Moves all parameters along one fixed direction; the slope of the gradients along it. */
  private static double move(QueryNetwork network, double distance) {
    Random random = new Random(9);
    double slope = 0;
    for (Parameter p : network.parameters().parameters()) {
      if (p.trainable()) {
        for (long i = 0; i < p.count(); i++) {
          double direction = random.nextDouble() * 2 - 1;
          slope += direction * Values.get(network.parameters().memory(), p.gradient(), i);
          double value =
              Values.get(network.parameters().memory(), p.value(), i) + distance * direction;
          Values.put(network.parameters().memory(), p.value(), i, value);
        }
      }
    }
    network.parameters().changed();
    return slope;
  }

  @Test
  void equalSeedsGiveEqualNetworks() {
    try (QueryNetwork a = QueryFixture.network(SMALL, 8);
        QueryNetwork b = QueryFixture.network(SMALL, 8);
        QueryNetwork c = QueryFixture.network(SMALL, 9)) {
      assertArrayEquals(QueryFixture.weights(a), QueryFixture.weights(b), 0);
      assertNotEquals(
          Arrays.hashCode(QueryFixture.weights(a)), Arrays.hashCode(QueryFixture.weights(c)));
      c.copyFrom(a);
      assertArrayEquals(QueryFixture.weights(a), QueryFixture.weights(c), 0);
    }
  }

  /** The public module has these and an unused layer of 257. */
  @Test
  void hasThePublicNumberOfParameters() {
    QueryConfig camvid = new QueryConfig(240, 204, 64);
    int state = norm(204) + map(204, 256) + norm(256) + map(256, 128) + norm(128) + map(128, 1);
    int regions = norm(240) + map(240, 128);
    int action = norm(204) + map(204, 512) + norm(512) + map(512, 256) + norm(256) + map(256, 128);
    int end = norm(256) + map(256, 1) + norm(64) + map(64, 1);
    try (QueryNetwork network = QueryFixture.network(camvid, 1)) {
      assertEquals(state + regions + action + end, network.parameterCount());
    }
  }

  private static int norm(int channels) {
    return 2 * channels;
  }

  private static int map(int in, int out) {
    return in * out + out;
  }

  @Test
  void mistakesAreRefused() {
    try (QueryNetwork network = QueryFixture.network(SMALL, 1);
        QueryNetwork other = QueryFixture.network(new QueryConfig(7, 13, 4), 1);
        HostBuffer states = QueryFixture.gaussians(2 * SMALL.stateValues(), 1);
        HostBuffer actions = QueryFixture.gaussians(SMALL.actionValues(6), 2);
        HostBuffer q = HostBuffer.floats("q", 6)) {
      long a = actions.address();
      assertThrows(IllegalStateException.class, () -> network.value(a, 1, 6, q.address()));
      network.observe(states.address(), 2);
      assertThrows(IllegalStateException.class, () -> network.value(a, 1, 6, q.address()));
      network.value(a, 2, 3, q.address());
      network.initialise(4);
      assertThrows(IllegalStateException.class, () -> network.value(a, 2, 3, q.address()));
      assertThrows(IllegalArgumentException.class, () -> network.copyFrom(other));
      assertThrows(IllegalArgumentException.class, () -> network.trainingPass(1, 4));
      assertThrows(IllegalArgumentException.class, () -> new QueryConfig(0, 1, 1));
    }
  }

  /** A training pass moves the running statistics, so the next evaluation must not use old ones. */
  @Test
  void evaluationAfterTrainingSeesTheNewStatistics() {
    try (QueryNetwork network = QueryFixture.network(SMALL, 2);
        QueryNetwork fresh = QueryFixture.network(SMALL, 3);
        QueryTrainingPass pass = network.trainingPass(4, 3);
        HostBuffer states = QueryFixture.gaussians(4 * SMALL.stateValues(), 1);
        HostBuffer actions = QueryFixture.gaussians(SMALL.actionValues(12), 2)) {
      float[] before = QueryFixture.values(network, states, actions, 4, 3);
      UnsafeApi.putFloat(states.address(), 50);
      pass.forward(states.address(), actions.address());
      UnsafeApi.putFloat(states.address(), 0);
      float[] after = QueryFixture.values(network, states, actions, 4, 3);
      assertNotEquals(before[5], after[5]);
      fresh.copyFrom(network);
      assertArrayEquals(QueryFixture.values(fresh, states, actions, 4, 3), after, 0);
    }
  }
}
