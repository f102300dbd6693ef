package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.score.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModifiersTest {
  private static final int SEEDS = 4000;

  private static Candidates scores(float... entropy) {
    int n = entropy.length;
    return new Candidates(new int[n], IntStream.range(0, n).toArray(), 2)
        .with(Signal.ENTROPY_MEAN, entropy);
  }

  private static int first(String specification, Candidates candidates, long seed) {
    return Selector.topK(Strategies.named(specification), candidates, 1, new RandomKeys(seed, 2))
        .get(0)
        .candidate();
  }

  /** How often each region comes first, against the distribution that the form names. */
  private static void assertDrawn(String specification, float[] scores, double[] weights) {
    int[] counts = new int[scores.length];
    for (int seed = 0; seed < SEEDS; seed++) {
      counts[first(specification, scores(scores), seed)]++;
    }
    double total = Arrays.stream(weights).sum();
    double chi = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = SEEDS * weights[i] / total;
      chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    // The 99.9 % point of chi-square with three degrees of freedom.
    double found = chi;
    assertTrue(chi < 16.27, () -> specification + ": chi-square " + found);
  }

  @Test
  void powerDrawsByThePowerOfTheScore() {
    float[] scores = {0.5f, 1, 2, 0.25f};
    assertDrawn("power:entropy", scores, new double[] {0.5, 1, 2, 0.25});
    assertDrawn("power(beta=2):entropy", scores, new double[] {0.25, 1, 4, 0.0625});
  }

  @Test
  void softmaxDrawsByTheExponential() {
    float[] scores = {0, 1, -1, 0.5f};
    assertDrawn(
        "softmax(beta=2):entropy",
        scores,
        new double[] {1, Math.exp(2), Math.exp(-2), Math.exp(1)});
  }

  @Test
  void softRankDrawsByTheRank() {
    float[] scores = {10, 1, -1, 5};
    assertDrawn("softrank:entropy", scores, new double[] {1, 1 / 3.0, 1 / 4.0, 1 / 2.0});
  }

  @Test
  void muchBetaIsNoNoise() {
    float[] scores = {0.5f, 0.4f, 0.6f, 0.1f};
    for (String form : List.of("power", "softmax", "softrank")) {
      for (long seed = 0; seed < 50; seed++) {
        assertEquals(2, first(form + "(beta=1000000):entropy", scores(scores), seed));
      }
    }
  }

  @Test
  void powerTakesZeroLastAndRefusesNegativeScores() {
    Candidates candidates = scores(0, 0.001f, 0);
    List<Pick> picks =
        Selector.topK(Strategies.named("power:entropy"), candidates, 3, new RandomKeys(1, 1));
    assertEquals(List.of(1, 0, 2), picks.stream().map(Pick::candidate).toList());
    String message =
        assertThrows(IllegalArgumentException.class, () -> first("power:entropy", scores(1, -2), 0))
            .getMessage();
    assertTrue(message.contains("image 0 region 1 has score -2.0; power needs"), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"power", "softmax", "softrank"})
  void nanStaysAnError(String form) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> first(form + ":entropy", scores(1, Float.NaN), 0))
            .getMessage();
    assertTrue(message.contains("image 0 region 1 is NaN"), message);
  }

  @Test
  void noisePartsAddUp() {
    Candidates candidates = Worlds.of(50, 1, 0);
    for (Pick pick :
        Selector.topK(
            Strategies.named("softmax(beta=3):entropy"), candidates, 50, new RandomKeys(5, 1))) {
      double base = pick.parts().get("base_score");
      assertEquals(base + pick.parts().get("noise"), pick.score(), 1e-12);
      assertEquals(base, pick.parts().get("entropy_mean"), 0);
    }
  }

  @Test
  void claspSharesTheBudgetOverTheClasses() {
    // 90 regions of class 0 with large entropy, 8 of class 1, 2 of class 3.
    int n = 100;
    float[] entropy = new float[n];
    int[] histogram = new int[4 * n];
    for (int i = 0; i < n; i++) {
      entropy[i] = i < 90 ? 100 + i : i;
      histogram[4 * i + (i < 90 ? 0 : i < 98 ? 1 : 3)] = 10;
    }
    Candidates candidates =
        new Candidates(new int[n], IntStream.range(0, n).toArray(), 4)
            .with(Signal.ENTROPY_MEAN, entropy)
            .withClassHistogram(histogram);
    List<Integer> picks =
        Selector.topK(Strategies.named("clasp:entropy"), candidates, 15, new RandomKeys(1, 1))
            .stream()
            .map(Pick::candidate)
            .toList();
    // Ten in turns (classes 0, 1, 3; class 3 runs out after two), five free.
    List<Integer> expected = new ArrayList<>(List.of(89, 97, 99, 88, 96, 98, 87, 95, 86, 94));
    expected.addAll(List.of(85, 84, 83, 82, 81));
    assertEquals(expected, picks);
  }

  /** The definition, region by region: whoever is near an earlier pick waits. */
  @ParameterizedTest
  @ValueSource(strings = {"distance=65", "distance=150", "distance=5000", "iou=0.000001"})
  void spreadSkipsNeighbours(String setting) {
    Candidates candidates = Worlds.of(100, 3, 0);
    List<Pick> order =
        Selector.topK(Strategies.named("entropy"), candidates, 100, new RandomKeys(1, 1));
    double radius =
        setting.startsWith("iou") ? Worlds.SIDE : Double.parseDouble(setting.substring(9));
    List<Integer> near = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (Pick pick : order) {
      int i = pick.candidate();
      boolean close =
          expected.stream()
              .anyMatch(
                  j ->
                      candidates.image(i) == candidates.image(j)
                          && Math.abs(x(candidates, i) - x(candidates, j)) < radius);
      (close ? near : expected).add(i);
    }
    expected.addAll(near);
    for (int count : new int[] {1, 5, 20, 60, 100}) {
      List<Pick> picks =
          Selector.topK(
              Strategies.named("spread(" + setting + "):entropy"),
              candidates,
              count,
              new RandomKeys(1, 1));
      assertEquals(expected.subList(0, count), picks.stream().map(Pick::candidate).toList());
    }
  }

  private static long x(Candidates candidates, int i) {
    return candidates.place(i) >> 32;
  }

  @Test
  void explanationsCountTheCandidates() {
    Candidates candidates = Worlds.of(90, 6, 0);
    Strategy strategy = Strategies.named("clasp:softmax(beta=5):entropy");
    Round round = new Round(candidates, new RandomKeys(4, 4));
    int[] subset = IntStream.range(0, 90).filter(i -> i % 7 != 0).toArray();
    List<Pick> picks = Selector.topK(strategy, round, subset, 12);
    Explanation explanation = Explanation.of(strategy, round, subset, picks);
    List<Pick> all = Selector.topK(Strategies.named("softmax(beta=5):entropy"), round, subset, 90);
    for (int k = 0; k < picks.size(); k++) {
      Pick pick = picks.get(k);
      Explanation.Reason reason = explanation.picks().get(k);
      double below = all.stream().filter(p -> p.score() < pick.score()).count();
      assertEquals(100 * below / subset.length, reason.scorePercentile(), 1e-9);
      for (String part : List.of("entropy_mean", "base_score", "noise")) {
        double value = pick.parts().get(part);
        double smaller = all.stream().filter(p -> p.parts().get(part) < value).count();
        assertEquals(100 * smaller / subset.length, reason.percentiles().get(part), 1e-9);
      }
      double base = pick.parts().get("base_score");
      long larger = all.stream().filter(p -> p.parts().get("base_score") > base).count();
      assertEquals(larger + 1, reason.rankWithoutNoise());
      assertTrue(reason.noiseShare() >= 0 && reason.noiseShare() <= 1);
    }
    List<Integer> taken = picks.stream().map(Pick::candidate).toList();
    Pick next = all.stream().filter(p -> !taken.contains(p.candidate())).findFirst().orElseThrow();
    assertEquals(next, explanation.runnerUp());
  }
}
