package dev.assay.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.score.Column;
import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.RandomKeys;
import dev.assay.select.Round;
import dev.assay.select.Strategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContextPolicyStrategyTest {
  private static final int N = 60;
  private static final int CLASSES = 3;
  private static final String QUICK =
      "cdal_rl(hidden=16,epochs=150,learning_rate=0.003,episodes=8)";

  /**
   * Images of three classes: two thirds all alike, every third one's mixtures its own. The alike
   * ones add nothing to the diversity.
   *
   * @param shuffle 0 keeps the order of the names
   */
  private static Candidates world(long shuffle) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, N).boxed().toList());
    if (shuffle != 0) {
      Collections.shuffle(order, new Random(shuffle));
    }
    float[] mixtures = new float[N * CLASSES * CLASSES];
    int[] pixels = new int[N * CLASSES];
    int[] images = new int[N];
    for (int i = 0; i < N; i++) {
      images[i] = order.get(i);
      Random random = new Random(images[i]);
      for (int c = 0; c < CLASSES; c++) {
        pixels[i * CLASSES + c] = 1000;
        double[] row = new double[CLASSES];
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
          row[k] = isDiverse(images[i]) ? Math.exp(3 * random.nextGaussian()) : k == c ? 8 : 1;
          sum += row[k];
        }
        for (int k = 0; k < CLASSES; k++) {
          mixtures[(i * CLASSES + c) * CLASSES + k] = (float) (row[k] / sum);
        }
      }
    }
    return new Candidates(images, new int[N], CLASSES)
        .with(Column.of("context_mixture", mixtures, CLASSES * CLASSES))
        .withClassHistogram(pixels);
  }

  private static boolean isDiverse(int image) {
    return image % 3 == 0;
  }

  private static ContextPolicyStrategy.Chosen choose(
      String specification, Candidates candidates, int count, long seed) {
    Round round = new Round(candidates, new int[0], new RandomKeys(seed, 0), Exec.cpu(1));
    Strategy strategy = LearnedStrategies.named(specification);
    int[] subset = IntStream.range(0, candidates.size()).toArray();
    return ((ContextPolicyStrategy) strategy).choose(round, subset, count, 0);
  }

  private static List<Integer> images(Candidates candidates, List<Pick> picks) {
    return picks.stream().map(pick -> candidates.image(pick.candidate())).toList();
  }

  @Test
  void learnsToPickWhatIsDiverse() {
    Candidates candidates = world(0);
    ContextPolicyStrategy.Chosen chosen = choose(QUICK, candidates, 12, 1);
    long diverse = images(candidates, chosen.picks()).stream().filter(i -> isDiverse(i)).count();
    // By chance 4 of 12; 10 or more once in 20 000 draws.
    assertTrue(diverse >= 10, diverse + " of 12");
    double[] rewards = chosen.meanRewards();
    assertEquals(150, rewards.length);
    assertTrue(rewards[149] > rewards[0], rewards[0] + " -> " + rewards[149]);
  }

  @Test
  void neitherTheOrderOfTheTableNorRepetitionMatters() {
    String specification = "cdal_rl(hidden=8,epochs=5,episodes=2)";
    Candidates sorted = world(0);
    Candidates shuffled = world(4);
    List<Pick> expected = choose(specification, sorted, 10, 3).picks();
    List<Pick> found = choose(specification, shuffled, 10, 3).picks();
    assertEquals(images(sorted, expected), images(shuffled, found));
    assertEquals(
        expected.stream().map(Pick::score).toList(), found.stream().map(Pick::score).toList());
    assertNotEquals(
        images(sorted, expected), images(sorted, choose(specification, sorted, 10, 4).picks()));
  }

  @Test
  void picksAreThoseOfHighestProbabilityAndExplained() {
    ContextPolicyStrategy.Chosen chosen = choose("cdal-rl(hidden=4,epochs=1)", world(0), N - 1, 1);
    List<Pick> picks = chosen.picks();
    assertEquals(N - 1, new HashSet<>(picks.stream().map(Pick::candidate).toList()).size());
    for (int k = 1; k < picks.size(); k++) {
      assertTrue(picks.get(k).score() <= picks.get(k - 1).score());
    }
    assertEquals(100.0 * (N - 1) / N, chosen.explanation().picks().get(0).scorePercentile(), 1e-9);
    Pick next = chosen.explanation().runnerUp();
    assertTrue(next.score() <= picks.get(N - 2).score());
    assertTrue(picks.stream().noneMatch(pick -> pick.candidate() == next.candidate()));
    ContextPolicyStrategy.Chosen all = choose("cdal_rl(hidden=4,epochs=1)", world(0), 99, 1);
    assertEquals(N, all.picks().size());
    assertNull(all.explanation().runnerUp());
  }

  @Test
  void onlyTheSubsetIsPickedFrom() {
    Candidates candidates = world(0);
    Round round = new Round(candidates, new int[] {1}, new RandomKeys(1, 0), Exec.cpu(1));
    Strategy strategy = LearnedStrategies.named("cdal_rl(hidden=4,epochs=1)");
    int[] subset = {2, 5, 7, 50};
    List<Pick> picks = strategy.pick(round, subset, 3, 0);
    assertEquals(3, picks.size());
    assertTrue(List.of(2, 5, 7, 50).containsAll(picks.stream().map(Pick::candidate).toList()));
    assertEquals(List.of(), strategy.pick(round, new int[0], 3, 0));
    assertEquals(List.of(), strategy.pick(round, subset, 0, 0));
    assertEquals(1, strategy.pick(round, new int[] {9}, 3, 0).size());
  }

  @Test
  void settingsAreThePapersUnlessGiven() {
    Strategy strategy = LearnedStrategies.named("cdal_rl");
    assertEquals(
        "cdal_rl(hidden=256,epochs=60,episodes=5,learning_rate=1.0E-5,weight_decay=1.0E-5,beta=0.01,"
            + "alpha=0.75,pairs=mean,lambda=0.0,representation=context_mixture)",
        strategy.name());
    assertEquals(strategy.name(), LearnedStrategies.named(strategy.name()).name());
    String name =
        LearnedStrategies.named("cdal_rl(epochs=2)", Map.of("representation", "features"), 1)
            .name();
    assertTrue(name.contains("epochs=2") && name.contains("representation=features"), name);
    assertTrue(
        LearnedStrategies.named("cdal-rl(representation=features)").columns().contains("features"));
    assertTrue(LearnedStrategies.names().contains("cdal_rl"));
    assertEquals("entropy", LearnedStrategies.named("entropy").name());
  }

  @Test
  void mistakesAreNamed() {
    assertMessage("epochs=0", "cdal_rl(epochs=0)");
    assertMessage("pairs=all", "cdal_rl(pairs=all)");
    assertMessage("setting 'rate' must be one of", "cdal_rl(rate=1)");
    assertMessage("cdal_rl takes no modifiers", "clasp:power:cdal_rl");
    assertMessage("must be one of badge", "cdal_lr");
  }

  private static void assertMessage(String part, String specification) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> LearnedStrategies.named(specification))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
