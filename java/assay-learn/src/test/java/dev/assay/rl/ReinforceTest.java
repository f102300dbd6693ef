package dev.assay.rl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import dev.assay.model.RecurrentPolicy;
import dev.assay.nn.Parameter;
import dev.assay.nn.Values;
import dev.assay.nn.backend.Backends;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReinforceTest {
  private static final int IMAGES = 24;
  private static final int FEATURES = 3;

  private RecurrentPolicy policy;
  private Reinforce learner;

  /** Every third image shows the first feature, the others the second. */
  @BeforeEach
  void open() {
    policy = new RecurrentPolicy(IMAGES, FEATURES, 8, Backends.cpu(), 5);
    learner = new Reinforce(new ReinforceConfig(0.01, 0, 0.01, 1), policy);
    try (HostBuffer rows = HostBuffer.floats("rows", IMAGES * FEATURES)) {
      for (int i = 0; i < IMAGES; i++) {
        rows.putFloat((long) i * FEATURES + (i % 3 == 0 ? 0 : 1), 1);
      }
      policy.observe(rows.address());
    }
    policy.forward();
  }

  @AfterEach
  void close() {
    learner.close();
    policy.close();
  }

  /** The reward counts images of the first kind and charges for those of the second. */
  @Test
  void learnsToSelectWhatIsRewarded() {
    Random random = new Random(1);
    for (int step = 0; step < 100; step++) {
      List<Episode> episodes = new ArrayList<>();
      for (int e = 0; e < 5; e++) {
        BitSet selected = new BitSet();
        double reward = 0;
        for (int i = 0; i < IMAGES; i++) {
          selected.set(i, random.nextDouble() < learner.probability(i));
          reward += selected.get(i) ? (i % 3 == 0 ? 1 : -1) : 0;
        }
        episodes.add(new Episode(selected, reward / IMAGES));
      }
      learner.update(episodes);
      policy.forward();
    }
    for (int i = 0; i < IMAGES; i++) {
      double p = learner.probability(i);
      assertTrue(i % 3 == 0 ? p > 0.9 : p < 0.1, "image " + i + ": " + p);
    }
  }

  /** The cost is a mean over episodes: the same one twice is that one once. */
  @Test
  void episodesAreAveraged() {
    BitSet selected = new BitSet();
    selected.set(0, 5);
    Episode episode = new Episode(selected, 2);
    double once = learner.update(List.of(episode));
    double[] gradient = gradient();
    policy.parameters().initialise(5);
    policy.forward();
    learner.compareWith(0);
    assertEquals(once, learner.update(List.of(episode, episode)), 1e-12);
    assertArrayEquals(gradient, gradient(), 1e-7);
    assertEquals(0.2, learner.baseline(), 1e-12);
  }

  private double[] gradient() {
    return Values.of(
        policy.parameters().memory(), policy.parameters().get("lstm.weight_ih_l0").gradient());
  }

  /** Without an advantage only the pull towards one half is left. */
  @Test
  void theMeanProbabilityIsPulledToOneHalf() {
    double before = Math.abs(mean() - 0.5);
    learner.compareWith(3);
    for (int step = 0; step < 20; step++) {
      learner.update(List.of(new Episode(new BitSet(), 3)));
      learner.compareWith(3);
      policy.forward();
    }
    assertTrue(Math.abs(mean() - 0.5) < 0.5 * before, before + " -> " + mean());
  }

  private double mean() {
    double sum = 0;
    for (int i = 0; i < IMAGES; i++) {
      sum += learner.probability(i) / IMAGES;
    }
    return sum;
  }

  @Test
  void aRewardThatIsNotFiniteChangesNothing() {
    Parameter weight = policy.parameters().get("fc1.weight");
    double[] before = Values.of(policy.parameters().memory(), weight.value());
    List<Episode> bad = List.of(new Episode(new BitSet(), Double.NaN));
    assertThrows(ArithmeticException.class, () -> learner.update(bad));
    assertArrayEquals(before, Values.of(policy.parameters().memory(), weight.value()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1000, -40, -1, 0, 1, 40, 1000})
  void choicesAreExactWhereProbabilitiesRound(double z) {
    double yes = Bernoulli.logProbability(z, true);
    double no = Bernoulli.logProbability(z, false);
    assertTrue(Double.isFinite(yes) && yes <= 0 && Double.isFinite(no) && no <= 0);
    assertEquals(z, yes - no, 1e-12 * Math.max(1, Math.abs(z)));
    assertEquals(1, Math.exp(yes) + Math.exp(no), 1e-15);
    assertEquals(Math.exp(yes), Bernoulli.probability(z), 1e-15);
    double slope = Bernoulli.logProbability(z + 1e-6, true) - Bernoulli.logProbability(z, true);
    assertEquals(slope * 1e6, Bernoulli.slope(z, true), 1e-6);
    assertEquals(-Bernoulli.probability(z), Bernoulli.slope(z, false), 1e-15);
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new ReinforceConfig(0, 0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReinforceConfig(1, -1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReinforceConfig(1, 0, 0, -1));
  }
}
