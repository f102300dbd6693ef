package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.score.Signal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {
  private static final RandomKeys KEYS = new RandomKeys(7, 3);

  /** {@code images x perImage} candidates, image by image. */
  private static Candidates grid(int images, int perImage, int classes) {
    int n = images * perImage;
    return new Candidates(
        IntStream.range(0, n).map(i -> i / perImage).toArray(),
        IntStream.range(0, n).map(i -> i % perImage).toArray(),
        classes);
  }

  private static int[] picked(List<Pick> picks) {
    return picks.stream().mapToInt(Pick::candidate).toArray();
  }

  @Test
  void equalScoresGoToTheLowerImageThenTheLowerRegion() {
    Candidates candidates =
        new Candidates(new int[] {2, 0, 1, 0, 1}, new int[] {0, 3, 1, 2, 0}, 2)
            .with(Signal.ENTROPY_MEAN, new float[] {0.5f, 0.5f, 0.9f, 0.5f, 0.5f});
    List<Pick> picks = Selector.topK(Strategies.named("entropy"), candidates, 4, KEYS);
    assertArrayEquals(new int[] {2, 3, 1, 4}, picked(picks));
    assertEquals(0.9f, picks.get(0).parts().get("entropy_mean"), 0);
  }

  @Test
  void smallMarginAndSmallConfidenceWin() {
    Candidates candidates =
        grid(1, 3, 2)
            .with(Signal.MARGIN_MEAN, new float[] {0.3f, 0.1f, 0.2f})
            .with(Signal.LEAST_CONFIDENCE_MEAN, new float[] {0.1f, 0.2f, 0.9f});
    assertArrayEquals(
        new int[] {1, 2}, picked(Selector.topK(Strategies.named("margin"), candidates, 2, KEYS)));
    assertArrayEquals(
        new int[] {2, 1, 0},
        picked(Selector.topK(Strategies.named("least_confidence"), candidates, 9, KEYS)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 17, 99, 100})
  void topKAgreesWithSorting(int k) {
    Random random = new Random(k);
    float[] scores = new float[100];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextInt(10);
    }
    Candidates candidates = grid(10, 10, 2).with(Signal.ENTROPY_MEAN, scores);
    int[] expected =
        IntStream.range(0, 100)
            .boxed()
            .sorted((a, b) -> Float.compare(scores[b], scores[a]))
            .mapToInt(Integer::intValue)
            .limit(k)
            .toArray();
    assertArrayEquals(
        expected, picked(Selector.topK(Strategies.named("entropy"), candidates, k, KEYS)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "entropy", "class_aware_random"})
  void theOrderOfTheCandidatesDoesNotMatter(String strategy) {
    Candidates forward = withRandomSignals(grid(8, 6, 4), 5);
    int n = forward.size();
    int[] images = new int[n];
    int[] regions = new int[n];
    float[] entropy = new float[n];
    int[] histogram = new int[n * 4];
    for (int i = 0; i < n; i++) {
      int from = n - 1 - i;
      images[i] = forward.image(from);
      regions[i] = forward.region(from);
      entropy[i] = forward.values(Signal.ENTROPY_MEAN)[from];
      System.arraycopy(forward.predictedPixels(from), 0, histogram, i * 4, 4);
    }
    Candidates backward =
        new Candidates(images, regions, 4)
            .with(Signal.ENTROPY_MEAN, entropy)
            .withClassHistogram(histogram);
    List<Pick> a = Selector.topK(Strategies.named(strategy), forward, 10, KEYS);
    List<Pick> b = Selector.topK(Strategies.named(strategy), backward, 10, KEYS);
    assertEquals(
        a.stream()
            .map(p -> forward.image(p.candidate()) + "/" + forward.region(p.candidate()))
            .toList(),
        b.stream()
            .map(p -> backward.image(p.candidate()) + "/" + backward.region(p.candidate()))
            .toList());
  }

  private static Candidates withRandomSignals(Candidates candidates, long seed) {
    Random random = new Random(seed);
    float[] entropy = new float[candidates.size()];
    int[] histogram = new int[candidates.size() * candidates.classes()];
    for (int i = 0; i < entropy.length; i++) {
      entropy[i] = random.nextInt(5);
    }
    for (int i = 0; i < histogram.length; i++) {
      histogram[i] = random.nextInt(3) == 0 ? random.nextInt(100) : 0;
    }
    return candidates.with(Signal.ENTROPY_MEAN, entropy).withClassHistogram(histogram);
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "class_aware_random", "entropy"})
  void noRegionIsPickedTwice(String strategy) {
    Candidates candidates = withRandomSignals(grid(5, 8, 6), 11);
    for (int k : new int[] {1, 13, 40, 60}) {
      int[] top = picked(Selector.topK(Strategies.named(strategy), candidates, k, KEYS));
      assertEquals(Math.min(k, 40), distinct(top));
      int[] pooled =
          picked(Selector.poolArgmax(Strategies.named(strategy), candidates, k, 5, KEYS));
      assertEquals(Math.min(k, 40), distinct(pooled));
    }
  }

  private static int distinct(int[] values) {
    Set<Integer> set = new HashSet<>();
    for (int value : values) {
      assertTrue(set.add(value), () -> "picked twice: " + value);
    }
    return set.size();
  }

  @Test
  void poolsAreDisjointFullAndEachGivesItsBest() {
    Candidates candidates = withRandomSignals(grid(10, 10, 3), 2);
    List<int[]> pools = Selector.pools(candidates, candidates.all(), 8, 12, KEYS);
    assertEquals(8, pools.size());
    assertEquals(96, distinct(pools.stream().flatMapToInt(Arrays::stream).toArray()));
    List<Pick> picks = Selector.poolArgmax(Strategies.named("entropy"), candidates, 8, 12, KEYS);
    float[] entropy = candidates.values(Signal.ENTROPY_MEAN);
    for (int p = 0; p < 8; p++) {
      double best = Arrays.stream(pools.get(p)).mapToDouble(i -> entropy[i]).max().orElseThrow();
      int pick = picks.get(p).candidate();
      assertTrue(Arrays.stream(pools.get(p)).anyMatch(i -> i == pick));
      assertEquals(best, entropy[pick]);
    }
  }

  @Test
  void poolsShrinkWhenCandidatesRunOut() {
    Candidates candidates = grid(1, 10, 2);
    assertEquals(
        List.of(3, 3, 3),
        Selector.pools(candidates, candidates.all(), 3, 50, KEYS).stream()
            .map(p -> p.length)
            .toList());
    assertEquals(10, Selector.pools(candidates, candidates.all(), 24, 50, KEYS).size());
    assertEquals(0, Selector.pools(grid(0, 1, 2), new int[0], 24, 50, KEYS).size());
  }

  @Test
  void nanScoresAreRefusedByName() {
    Candidates candidates =
        grid(2, 2, 2).with(Signal.ENTROPY_MEAN, new float[] {1, 2, Float.NaN, 0});
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Selector.topK(Strategies.named("entropy"), candidates, 2, KEYS));
    assertEquals(
        "entropy score of image 1 region 0 is NaN; a score must be a number", e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = Signal.class,
      names = {"ENTROPY_MIN", "PROBABILITY_MEAN"})
  void candidatesTakeOneFloatPerRegionOnly(Signal signal) {
    // With one class even the mean probabilities would have the right length.
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> grid(1, 2, 1).with(signal, new float[2]));
    assertEquals(
        "signal "
            + signal.key()
            + " is not one float per region; expected one of entropy_mean, margin_mean,"
            + " least_confidence_mean",
        e.getMessage());
  }

  @Test
  void missingSignalsAndUnknownNamesAreNamed() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> Selector.topK(Strategies.named("margin"), grid(1, 2, 2), 1, KEYS))
            .getMessage()
            .contains("margin_mean"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Strategies.named("entropi"))
            .getMessage()
            .contains("must be one of " + String.join(", ", Strategies.names())));
  }
}
