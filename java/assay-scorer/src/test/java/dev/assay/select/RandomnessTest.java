package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Frequencies over many fixed seeds against chi-square's 99.9 % point. */
class RandomnessTest {
  private static final int SEEDS = 4000;

  private static Candidates candidates(int n, int classes) {
    return new Candidates(
        IntStream.range(0, n).toArray(), IntStream.range(0, n).map(i -> 0).toArray(), classes);
  }

  /** Wilson and Hilferty's approximation of the 99.9 % point. */
  private static double critical(int freedom) {
    double a = 2.0 / (9 * freedom);
    return freedom * Math.pow(1 - a + 3.0902 * Math.sqrt(a), 3);
  }

  private static void assertUniform(int[] counts, double expected) {
    double chi = 0;
    for (int count : counts) {
      chi += (count - expected) * (count - expected) / expected;
    }
    double limit = critical(counts.length - 1);
    double found = chi;
    assertTrue(chi < limit, () -> "chi-square " + found + " exceeds " + limit);
  }

  @Test
  void randomPicksEveryRegionEquallyOften() {
    Candidates candidates = candidates(20, 2);
    int[] first = new int[20];
    int[] any = new int[20];
    for (int seed = 0; seed < SEEDS; seed++) {
      List<Pick> picks =
          Selector.topK(Strategies.named("random"), candidates, 5, new RandomKeys(seed, 1));
      first[picks.get(0).candidate()]++;
      picks.forEach(pick -> any[pick.candidate()]++);
    }
    assertUniform(first, SEEDS / 20.0);
    assertUniform(any, 5 * SEEDS / 20.0);
  }

  @Test
  void classAwareRandomDrawsClassesUniformlyWhateverTheirShare() {
    // 90 regions of class 0, 9 of class 1, 1 of class 2, class 3 absent.
    Candidates candidates = candidates(100, 4);
    int[] histogram = new int[400];
    for (int i = 0; i < 100; i++) {
      histogram[4 * i + (i < 90 ? 0 : i < 99 ? 1 : 2)] = 50;
    }
    candidates.withClassHistogram(histogram);
    int[] classes = new int[3];
    int[] withinOne = new int[9];
    for (int seed = 0; seed < SEEDS; seed++) {
      Pick pick =
          Selector.topK(
                  Strategies.named("class_aware_random"), candidates, 1, new RandomKeys(seed, 0))
              .get(0);
      int drawn = pick.parts().get("drawn_class").intValue();
      classes[drawn]++;
      assertTrue(candidates.predictedPixels(pick.candidate(), drawn) > 0);
      if (drawn == 1) {
        withinOne[pick.candidate() - 90]++;
      }
    }
    assertUniform(classes, SEEDS / 3.0);
    assertUniform(withinOne, classes[1] / 9.0);
  }

  @Test
  void aClassCountsFromOnePercentOfTheRegionOn() {
    Candidates candidates = candidates(2, 2);
    candidates.withClassHistogram(new int[] {991, 9, 990, 10});
    for (int seed = 0; seed < 50; seed++) {
      for (Pick pick :
          Selector.topK(
              Strategies.named("class_aware_random"), candidates, 1, new RandomKeys(seed, 0))) {
        assertTrue(pick.parts().get("drawn_class") == 0 || pick.candidate() == 1);
      }
    }
  }

  @Test
  void poolsContainEveryRegionEquallyOften() {
    Candidates candidates = candidates(30, 2);
    int[] member = new int[30];
    for (int seed = 0; seed < SEEDS; seed++) {
      for (int i :
          Selector.pools(candidates, candidates.all(), 2, 4, new RandomKeys(seed, 5)).get(1)) {
        member[i]++;
      }
    }
    assertUniform(member, 4 * SEEDS / 30.0);
  }

  @Test
  void boundedIntegersAreUniformAndPurposesIndependent() {
    int[] counts = new int[7];
    int agree = 0;
    for (int i = 0; i < 70_000; i++) {
      RandomKeys keys = new RandomKeys(i, 2);
      int value = keys.below(7, RandomKeys.Purpose.POOL, 1, 2);
      counts[value]++;
      agree += value == keys.below(7, RandomKeys.Purpose.CLASS_DRAW, 1, 2) ? 1 : 0;
    }
    assertUniform(counts, 10_000);
    assertEquals(10_000, agree, 400);
  }

  @Test
  void numbersDependOnEveryWord() {
    long base = new RandomKeys(1, 2).bits(RandomKeys.Purpose.SCORE, 3, 4);
    assertEquals(base, new RandomKeys(1, 2).bits(RandomKeys.Purpose.SCORE, 3, 4));
    assertNotEquals(base, new RandomKeys(2, 1).bits(RandomKeys.Purpose.SCORE, 3, 4));
    assertNotEquals(base, new RandomKeys(1, 2).bits(RandomKeys.Purpose.POOL, 3, 4));
    assertNotEquals(base, new RandomKeys(1, 2).bits(RandomKeys.Purpose.SCORE, 4, 3));
  }
}
