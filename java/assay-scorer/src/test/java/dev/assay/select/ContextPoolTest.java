package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.score.Column;
import dev.assay.select.ContextRewards.Pairs;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a selection is worth, against the paper's equations in plain loops. */
class ContextPoolTest {
  private static final int N = 40;
  private static final int CLASSES = Worlds.CLASSES;

  private static ContextRewardConfig config(Pairs pairs, double lambda, String representation) {
    return new ContextRewardConfig(0.75, pairs, lambda, representation);
  }

  private static ContextPool pool(ContextRewardConfig config, Candidates candidates) {
    Round round = new Round(candidates, new int[0], new RandomKeys(1, 0), Exec.cpu(2));
    return ContextPool.of(config, round, candidates.all());
  }

  private static BitSet selection(int... members) {
    BitSet selected = new BitSet();
    Arrays.stream(members).forEach(selected::set);
    return selected;
  }

  /** Eq. 3: the distances of all ordered pairs; every mixture of this world is of all classes. */
  private static double pairwise(Candidates candidates, BitSet selected) {
    double sum = 0;
    Column mixtures = candidates.column("context_mixture");
    for (int i : selected.stream().toArray()) {
      for (int j : selected.stream().toArray()) {
        for (int k = 0; k < CLASSES * CLASSES; k++) {
          double a = mixtures.getFloat(i, k);
          double b = mixtures.getFloat(j, k);
          sum += 0.5 * (a - b) * Math.log(a / b);
        }
      }
    }
    return sum;
  }

  private static double visual(Candidates candidates, BitSet selected, String representation) {
    double sum = 0;
    Column rows = candidates.column(representation);
    for (int i = 0; i < N; i++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int j : selected.stream().toArray()) {
        double squares = 0;
        for (int k = 0; k < rows.width(); k++) {
          double difference = rows.getFloat(i, k) - rows.getFloat(j, k);
          squares += difference * difference;
        }
        nearest = Math.min(nearest, Math.sqrt(squares));
      }
      sum += nearest;
    }
    return Math.exp(-sum / N);
  }

  private static double semantic(Candidates candidates, BitSet selected, double lambda) {
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      long pixels = 0;
      for (int i : selected.stream().toArray()) {
        pixels += candidates.predictedPixels(i, c);
      }
      sum += Math.log(Math.max(pixels, 1) / lambda);
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(Pairs.class)
  void rewardsAreThoseOfTheEquations(Pairs pairs) {
    Candidates candidates = Worlds.of(N, 1, 0);
    BitSet selected = selection(3, 8, 9, 21, 39);
    double share = 5.0 * Worlds.SIDE * Worlds.SIDE / CLASSES;
    for (String representation : new String[] {"context_mixture", "features"}) {
      for (double lambda : new double[] {0, 700}) {
        try (ContextPool pool = pool(config(pairs, lambda, representation), candidates)) {
          ContextPool.Reward found = pool.reward(selected);
          double cd = pairwise(candidates, selected) / (pairs == Pairs.MEAN ? 25 : 1);
          double vr = visual(candidates, selected, representation);
          double sr = semantic(candidates, selected, lambda == 0 ? share : lambda);
          assertEquals(cd, found.contextualDiversity(), 1e-9 * cd);
          assertEquals(vr, found.visualRepresentation(), 1e-6);
          assertEquals(sr, found.semanticRepresentation(), 1e-9);
          assertEquals(0.75 * cd + 0.25 * (vr + sr), found.total(), 1e-6);
        }
      }
    }
  }

  /** Classes that one of two images lacks do not count between them. */
  @Test
  void onlyCommonClassesCount() {
    float[] mixtures = {
      .9f, .1f, 0, 0, // the first class alone
      0, 0, .3f, .7f, // the second class alone
      .6f, .4f, .2f, .8f, // both
      0, 0, 0, 0, // nothing
    };
    Candidates candidates =
        new Candidates(new int[4], new int[] {0, 1, 2, 3}, 2)
            .with(Column.of("context_mixture", mixtures, 4))
            .withClassHistogram(new int[8]);
    double first = 0.5 * ((.9 - .6) * Math.log(.9 / .6) + (.1 - .4) * Math.log(.1 / .4));
    double second = 0.5 * ((.3 - .2) * Math.log(.3 / .2) + (.7 - .8) * Math.log(.7 / .8));
    try (ContextPool pool = pool(config(Pairs.SUM, 1, "context_mixture"), candidates)) {
      assertEquals(0, pool.reward(selection(0, 1)).contextualDiversity(), 1e-15);
      assertEquals(0, pool.reward(selection(2, 3)).contextualDiversity(), 1e-15);
      double all = pool.reward(selection(0, 1, 2, 3)).contextualDiversity();
      assertEquals(2 * (first + second), all, 1e-6);
    }
  }

  /** Nothing selected: no diversity, nothing represented, every class short by its whole share. */
  @Test
  void nothingIsWorthLittle() {
    Candidates candidates = Worlds.of(N, 1, 0);
    try (ContextPool pool = pool(config(Pairs.MEAN, 0, "features"), candidates)) {
      ContextPool.Reward none = pool.reward(new BitSet());
      assertEquals(0, none.contextualDiversity());
      assertEquals(0, none.visualRepresentation());
      double share = (double) Worlds.SIDE * Worlds.SIDE / CLASSES;
      assertEquals(-CLASSES * Math.log(share), none.semanticRepresentation(), 1e-9);
      assertTrue(none.total() < pool.reward(selection(0)).total());
    }
  }

  @Test
  void membersComeInTheOrderOfTheirNames() {
    Candidates sorted = Worlds.of(N, 2, 0);
    Candidates shuffled = Worlds.of(N, 2, 5);
    ContextRewardConfig config = config(Pairs.MEAN, 0, "features");
    try (ContextPool one = pool(config, sorted);
        ContextPool other = pool(config, shuffled)) {
      assertEquals(N, other.size());
      IntStream.range(0, N)
          .forEach(
              i ->
                  assertEquals(
                      Worlds.name(sorted, one.candidate(i)),
                      Worlds.name(shuffled, other.candidate(i))));
      assertEquals(one.reward(selection(1, 5, 30)), other.reward(selection(1, 5, 30)));
    }
  }

  @Test
  void refusesWhatIsMissingOrWrong() {
    assertThrows(IllegalArgumentException.class, () -> config(Pairs.MEAN, -1, "features"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ContextRewardConfig(1.1, Pairs.MEAN, 0, "features"));
    Candidates bare =
        new Candidates(new int[2], new int[] {0, 1}, 2).withClassHistogram(new int[4]);
    IllegalArgumentException missing =
        assertThrows(
            IllegalArgumentException.class,
            () -> pool(config(Pairs.MEAN, 0, "context_mixture"), bare));
    assertTrue(missing.getMessage().contains("context_mixture"), missing.getMessage());
    float[] mixtures = new float[8];
    bare.with(Column.of("context_mixture", mixtures, 4))
        .with(Column.of("features", new float[] {1, Float.NaN}, 1));
    IllegalArgumentException nan =
        assertThrows(
            IllegalArgumentException.class, () -> pool(config(Pairs.MEAN, 0, "features"), bare));
    assertTrue(nan.getMessage().contains("features of"), nan.getMessage());
  }
}
