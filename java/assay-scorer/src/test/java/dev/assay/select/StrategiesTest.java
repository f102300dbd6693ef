package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.score.Column;
import dev.assay.score.Signal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every strategy, and the scored ones against the equation in plain double. */
class StrategiesTest {
  private static final RandomKeys KEYS = new RandomKeys(7, 3);
  private static final int N = 120;

  static Stream<String> specifications() {
    return Stream.concat(
        Strategies.names().stream(),
        Stream.of(
            "power:entropy",
            "softmax(beta=20):margin",
            "softrank(beta=0.5):bald",
            "clasp:power:entropy",
            "clasp(share=1):random",
            "spread(distance=100):entropy",
            "spread(iou=0.5):power(beta=3):ripu",
            "cdal_cs(form=mean)",
            "facility_location(similarity=euclidean)",
            "typiclust(clusters=4,neighbours=3)"));
  }

  private static List<String> names(Candidates candidates, List<Pick> picks) {
    return picks.stream().map(pick -> Worlds.name(candidates, pick.candidate())).toList();
  }

  /** Picks with the regions of images 0 and 5 labelled, or none. */
  private static List<Pick> pick(
      String specification, Candidates candidates, boolean labelled, int count, int threads) {
    int[] centres =
        IntStream.range(0, candidates.size())
            .filter(i -> labelled && candidates.image(i) % 5 == 0)
            .toArray();
    int[] subset =
        IntStream.range(0, candidates.size())
            .filter(i -> !labelled || candidates.image(i) % 5 != 0)
            .toArray();
    Round round = new Round(candidates, centres, KEYS, Exec.cpu(threads));
    return Selector.topK(Strategies.named(specification), round, subset, count);
  }

  @ParameterizedTest
  @MethodSource("specifications")
  void picksAreDistinctUnlabelledAndComplete(String specification) {
    Candidates candidates = Worlds.of(N, 1, 0);
    for (int count : new int[] {0, 1, 17, 90, 96, 500}) {
      List<Pick> picks = pick(specification, candidates, true, count, 1);
      Set<Integer> distinct = new HashSet<>();
      picks.forEach(pick -> assertTrue(distinct.add(pick.candidate())));
      picks.forEach(pick -> assertTrue(candidates.image(pick.candidate()) % 5 != 0));
      long open = IntStream.range(0, N).filter(i -> candidates.image(i) % 5 != 0).count();
      assertEquals(Math.min(count, open), picks.size());
    }
  }

  @ParameterizedTest
  @MethodSource("specifications")
  void neitherOrderNorThreadsMatter(String specification) {
    for (boolean labelled : new boolean[] {false, true}) {
      Candidates sorted = Worlds.of(N, 2, 0);
      List<Pick> expected = pick(specification, sorted, labelled, 20, 1);
      for (int threads : new int[] {2, 3}) {
        Candidates shuffled = Worlds.of(N, 2, threads);
        List<Pick> found = pick(specification, shuffled, labelled, 20, threads);
        assertEquals(names(sorted, expected), names(shuffled, found));
        assertEquals(
            expected.stream().map(Pick::score).toList(), found.stream().map(Pick::score).toList());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specifications")
  void theNameMakesTheSameStrategyAgain(String specification) {
    Candidates candidates = Worlds.of(N, 3, 0);
    String name = Strategies.named(specification).name();
    assertEquals(name, Strategies.named(name).name());
    assertEquals(pick(specification, candidates, true, 9, 1), pick(name, candidates, true, 9, 1));
  }

  @ParameterizedTest
  @MethodSource("specifications")
  void poolsAndMissingColumnsWork(String specification) {
    Candidates candidates = Worlds.of(N, 4, 0);
    Strategy strategy = Strategies.named(specification);
    List<Pick> picks = Selector.poolArgmax(strategy, candidates, 7, 11, KEYS);
    assertEquals(7, picks.stream().map(Pick::candidate).distinct().count());
    if (!strategy.columns().isEmpty()) {
      Candidates bare = new Candidates(new int[30], IntStream.range(0, 30).toArray(), 4);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> Selector.topK(strategy, bare, 3, KEYS));
      assertTrue(
          strategy.columns().stream().anyMatch(e.getMessage()::contains)
              || e.getMessage().contains("expected columns image, x and y"),
          e.getMessage());
    }
  }

  /** Every scored strategy orders all regions as its equation does, ties by name. */
  private static void assertOrder(
      String specification, Candidates candidates, IntToDoubleFunction f) {
    List<Pick> picks = pick(specification, candidates, false, N, 1);
    List<Integer> expected =
        IntStream.range(0, N)
            .boxed()
            .sorted(
                (a, b) ->
                    f.applyAsDouble(a) != f.applyAsDouble(b)
                        ? Double.compare(f.applyAsDouble(b), f.applyAsDouble(a))
                        : Integer.compare(a, b))
            .toList();
    assertEquals(expected, picks.stream().map(Pick::candidate).toList());
    for (Pick pick : picks) {
      assertEquals(f.applyAsDouble(pick.candidate()), pick.score(), 1e-12);
    }
  }

  /** Above the size from which regions are scored in slices. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void slicesGiveWhatSortingGives(int threads) {
    int n = 150_001;
    float[] entropy = new float[n];
    for (int i = 0; i < n; i++) {
      entropy[i] = i * 7919 % 1000;
    }
    Candidates candidates =
        new Candidates(new int[n], IntStream.range(0, n).toArray(), 2)
            .with(Signal.ENTROPY_MEAN, entropy);
    List<Integer> expected =
        IntStream.range(0, n)
            .boxed()
            .sorted((a, b) -> Float.compare(entropy[b], entropy[a]))
            .limit(400)
            .toList();
    Round round = new Round(candidates, new int[0], KEYS, Exec.cpu(threads));
    List<Pick> picks = Selector.topK(Strategies.named("entropy"), round, candidates.all(), 400);
    assertEquals(expected, picks.stream().map(Pick::candidate).toList());
    entropy[n - 1] = Float.NaN;
    assertThrows(
        IllegalArgumentException.class,
        () -> Selector.topK(Strategies.named("entropy"), round, candidates.all(), 400));
  }

  @ParameterizedTest
  @CsvSource({
    "entropy, entropy_mean, 1",
    "margin, margin_mean, -1",
    "least_confidence, least_confidence_mean, 1",
    "bald, mutual_information_mean, 1"
  })
  void oneColumnIsTheScore(String strategy, String column, int sign) {
    Candidates candidates = Worlds.of(N, 5, 0);
    Column values = candidates.column(column);
    assertOrder(strategy, candidates, i -> sign * (double) values.getFloat(i, 0));
  }

  @Test
  void equalAddsBothEntropies() {
    Candidates candidates = Worlds.of(N, 6, 0);
    Column a = candidates.column("entropy_mean");
    Column b = candidates.column("entropy_flipped_mean");
    assertOrder("equal", candidates, i -> (double) a.getFloat(i, 0) + b.getFloat(i, 0));
  }

  @Test
  void ripuIsImpurityTimesEntropy() {
    Candidates candidates = Worlds.of(N, 7, 0);
    List<Pick> picks = pick("ripu", candidates, false, N, 1);
    double last = Double.POSITIVE_INFINITY;
    for (Pick pick : picks) {
      int[] pixels = candidates.predictedPixels(pick.candidate());
      double impurity = 0;
      for (int n : pixels) {
        double p = (double) n / (Worlds.SIDE * Worlds.SIDE);
        impurity -= n == 0 ? 0 : p * Math.log(p);
      }
      double entropy = candidates.column("entropy_mean").getFloat(pick.candidate(), 0);
      assertEquals(impurity * entropy, pick.score(), 1e-12);
      assertEquals(impurity, pick.parts().get("impurity"), 1e-12);
      assertTrue(pick.score() <= last);
      last = pick.score();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 6})
  void classWeightedMarginWeighsRareClassesUp(double k) {
    Candidates candidates = Worlds.of(N, 8, 0);
    double[] share = new double[Worlds.CLASSES];
    for (int i = 0; i < N; i++) {
      for (int c = 0; c < share.length; c++) {
        share[c] += candidates.predictedPixels(i, c) / ((double) N * Worlds.SIDE * Worlds.SIDE);
      }
    }
    Column margins = candidates.column("margin_by_class");
    List<Pick> picks =
        Selector.topK(
            Strategies.named("class_weighted_margin", Map.of("k", Double.toString(k))),
            candidates,
            N,
            KEYS);
    double last = Double.POSITIVE_INFINITY;
    for (Pick pick : picks) {
      double expected = 0;
      for (int c = 0; c < share.length; c++) {
        double uncertainty =
            candidates.predictedPixels(pick.candidate(), c)
                - (double) margins.getFloat(pick.candidate(), c);
        expected += Math.pow(k * share[c] + 1, -2) * uncertainty / (Worlds.SIDE * Worlds.SIDE);
      }
      assertEquals(expected, pick.score(), 1e-12);
      assertTrue(pick.score() <= last);
      last = pick.score();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "entropi | strategy 'entropi' must be one of badge, bald,",
        "pow:entropy | modifier 'pow' must be one of clasp, power, softmax, softrank, spread",
        "power(beta=x):entropy | power(beta=x) must be a number in",
        "power(beta=0):entropy | power(beta=0) must be a number in",
        "power(gamma=1):entropy | power: setting 'gamma' must be one of beta",
        "entropy(beta=1) | entropy: setting 'beta' must be left out",
        "power:coreset | power acts on strategies that score each region by itself; coreset",
        "clasp:clasp:entropy | clasp acts on strategies that score each region by itself; clasp",
        "spread:entropy | spread must have either distance=PIXELS or iou=SHARE",
        "spread(iou=2):entropy | spread(iou=2) must be a number in",
        "facility_location(similarity=l1) | must be one of cosine, euclidean",
        "typiclust(clusters=2.5) | typiclust(clusters=2.5) must be an integer",
        "power( | must be name(key=value,...)",
        "power(beta=1,beta=2):entropy | each key once"
      })
  void wrongSpecificationsSayWhatIsKnown(String specification, String message) {
    String found =
        assertThrows(IllegalArgumentException.class, () -> Strategies.named(specification))
            .getMessage();
    assertTrue(found.contains(message), found);
  }

  @Test
  void settingsReachThePartThatKnowsThem() {
    assertEquals(
        "clasp(share=0.5):power(beta=4):class_weighted_margin(k=2)",
        Strategies.named(
                "clasp:power:class_weighted_margin", Map.of("beta", "4", "k", "2", "share", "0.5"))
            .name());
    assertThrows(
        IllegalArgumentException.class, () -> Strategies.named("entropy", Map.of("beta", "4")));
    assertFalse(Explanation.explains(Strategies.named("coreset")));
  }
}
