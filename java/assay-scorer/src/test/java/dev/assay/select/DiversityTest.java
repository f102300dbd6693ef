package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.score.Column;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Diversity strategies against plain loops in double over the full matrix of distances. */
class DiversityTest {
  private static final int SEEDS = 3000;

  private static Candidates with(double[][] features) {
    int n = features.length;
    float[] flat = new float[n * features[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) features[i / features[0].length][i % features[0].length];
    }
    return new Candidates(new int[n], IntStream.range(0, n).toArray(), 3)
        .with(Column.of("features", flat, features[0].length));
  }

  private static double[][] gaussian(int n, int width, long seed) {
    Random random = new Random(seed);
    double[][] points = new double[n][width];
    for (double[] point : points) {
      Arrays.setAll(point, k -> (float) random.nextGaussian());
    }
    return points;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return Math.sqrt(sum);
  }

  private static List<Pick> pick(
      String strategy, Candidates candidates, int labelled, int count, long seed) {
    int n = candidates.size();
    Round round =
        new Round(
            candidates,
            IntStream.range(n - labelled, n).toArray(),
            new RandomKeys(seed, 0),
            Exec.cpu(1));
    int[] subset = IntStream.range(0, n - labelled).toArray();
    return Selector.topK(Strategies.named(strategy), round, subset, count);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void coresetTakesTheFarthest(int labelled) {
    double[][] points = gaussian(60, 7, labelled);
    List<Pick> picks = pick("coreset", with(points), labelled, 12, 4);
    double[] nearest = new double[points.length];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int l = points.length - labelled; l < points.length; l++) {
      cover(nearest, points, l);
    }
    for (int b = 0; b < picks.size(); b++) {
      int i = picks.get(b).candidate();
      if (b > 0 || labelled > 0) {
        double farthest =
            IntStream.range(0, points.length - labelled)
                .mapToDouble(j -> nearest[j])
                .max()
                .orElseThrow();
        assertEquals(farthest, nearest[i], 1e-5);
        assertEquals(farthest, picks.get(b).score(), 1e-5);
      }
      cover(nearest, points, i);
      double radius = Arrays.stream(nearest).max().orElseThrow();
      assertEquals(radius, picks.get(b).parts().get("radius"), 1e-5);
    }
  }

  private static void cover(double[] nearest, double[][] points, int centre) {
    Arrays.setAll(nearest, i -> Math.min(nearest[i], distance(points[i], points[centre])));
  }

  @Test
  void cdalPrefersWhatTheLabelledDoNotShow() {
    // Two classes; region 0 repeats the labelled mixture, region 1 is its opposite.
    float[] mixtures = {.9f, .1f, 0, 0, .1f, .9f, 0, 0, .6f, .4f, 0, 0, .9f, .1f, 0, 0};
    Candidates candidates =
        new Candidates(new int[4], new int[] {0, 1, 2, 3}, 2)
            .with(Column.of("context_mixture", mixtures, 4));
    List<Pick> picks = pick("cdal_cs", candidates, 1, 3, 1);
    assertEquals(List.of(1, 2, 0), picks.stream().map(Pick::candidate).toList());
    assertEquals(0.8 * Math.log(9), picks.get(0).score(), 1e-5);
    assertEquals(0, picks.get(2).score(), 1e-6);
  }

  /** The frequency of the first pick follows the squared distance to the labelled point. */
  @Test
  void kMeansPlusPlusDrawsBySquaredDistance() {
    double[][] points = {{1}, {2}, {3}, {0}, {0}};
    Candidates candidates = with(points);
    int[] counts = new int[4];
    for (int seed = 0; seed < SEEDS; seed++) {
      counts[pick("kmeans_pp", candidates, 1, 1, seed).get(0).candidate()]++;
    }
    assertEquals(0, counts[3]);
    double chi = 0;
    for (int i = 0; i < 3; i++) {
      double expected = SEEDS * (i + 1) * (i + 1) / 14.0;
      chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    // The 99.9 % point of chi-square with two degrees of freedom.
    double found = chi;
    assertTrue(chi < 13.8, () -> "chi-square " + found);
  }

  @Test
  void coincidingPointsAreDrawnLast() {
    double[][] points = {{0, 0}, {0, 0}, {5, 5}, {0, 0}, {0, 0}};
    for (long seed = 0; seed < 20; seed++) {
      List<Pick> picks = pick("kmeans_pp", with(points), 1, 4, seed);
      assertEquals(List.of(2, 0, 1, 3), picks.stream().map(Pick::candidate).toList());
    }
  }

  /** The factored distance is that of the outer products, written out. */
  @Test
  void badgeMeasuresGradientsWithoutFormingThem() {
    int n = 40;
    Random random = new Random(9);
    double[][] h = gaussian(n, 5, 8);
    float[] p = new float[n * 3];
    for (int i = 0; i < n; i++) {
      double a = random.nextDouble();
      double b = random.nextDouble() * (1 - a);
      p[3 * i] = (float) a;
      p[3 * i + 1] = (float) b;
      p[3 * i + 2] = (float) (1 - a - b);
    }
    Candidates candidates = with(h).with(Column.of("probability_mean", p, 3));
    double[][] gradients = new double[n][15];
    for (int i = 0; i < n; i++) {
      int label = 0;
      for (int c = 1; c < 3; c++) {
        label = p[3 * i + c] > p[3 * i + label] ? c : label;
      }
      for (int k = 0; k < 15; k++) {
        int c = k / 5;
        gradients[i][k] = (p[3 * i + c] - (c == label ? 1 : 0)) * h[i][k % 5];
      }
    }
    List<Pick> picks = pick("badge", candidates, 0, 15, 3);
    double[] zero = new double[15];
    double[] nearest = new double[n];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int b = 0; b < picks.size(); b++) {
      int i = picks.get(b).candidate();
      double norm = distance(gradients[i], zero);
      assertEquals(norm, picks.get(b).parts().get("gradient_norm"), 1e-5);
      assertEquals(b == 0 ? norm : nearest[i], picks.get(b).score(), 1e-4);
      cover(nearest, gradients, i);
    }
    double largest =
        Arrays.stream(gradients).mapToDouble(g -> distance(g, zero)).max().getAsDouble();
    assertEquals(largest, picks.get(0).score(), 1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cosine", "euclidean"})
  void facilityLocationIsThePlainGreedy(String similarity) {
    for (int labelled : new int[] {0, 3}) {
      double[][] points = gaussian(50, 4, 17 + labelled);
      int open = points.length - labelled;
      double[] covered = new double[open];
      for (int l = open; l < points.length; l++) {
        coverBy(covered, points, l, similarity);
      }
      List<Pick> picks =
          pick("facility_location(similarity=" + similarity + ")", with(points), labelled, open, 1);
      for (Pick pick : picks.subList(0, 20)) {
        double best = 0;
        for (int j = 0; j < open; j++) {
          best = Math.max(best, gain(covered, points, j, similarity));
        }
        assertEquals(best, gain(covered, points, pick.candidate(), similarity), 1e-4);
        assertEquals(best, pick.score(), 1e-4);
        coverBy(covered, points, pick.candidate(), similarity);
      }
      for (int b = 1; b < picks.size(); b++) {
        assertTrue(picks.get(b).score() <= picks.get(b - 1).score());
      }
    }
  }

  private static double similar(double[] a, double[] b, String similarity) {
    if (similarity.equals("euclidean")) {
      return 1 / (1 + distance(a, b));
    }
    double dot = 0;
    for (int k = 0; k < a.length; k++) {
      dot += a[k] * b[k];
    }
    double[] zero = new double[a.length];
    return Math.max(0, dot / distance(a, zero) / distance(b, zero));
  }

  private static double gain(double[] covered, double[][] points, int j, String similarity) {
    double gain = 0;
    for (int i = 0; i < covered.length; i++) {
      gain += Math.max(0, similar(points[i], points[j], similarity) - covered[i]);
    }
    return gain;
  }

  private static void coverBy(double[] covered, double[][] points, int j, String similarity) {
    Arrays.setAll(covered, i -> Math.max(covered[i], similar(points[i], points[j], similarity)));
  }

  @Test
  void typiClustTakesTheMiddleOfEachBlob() {
    // Three blobs of twelve far apart, in each one point at the very centre of a ring.
    double[][] points = new double[37][2];
    for (int i = 0; i < 36; i++) {
      double angle = i % 12 * Math.PI * 2 / 11;
      double radius = i % 12 == 11 ? 0 : 1;
      points[i][0] = i / 12 * 100 + radius * Math.cos(angle);
      points[i][1] = radius * Math.sin(angle);
    }
    points[36][0] = 100;
    for (long seed = 0; seed < 10; seed++) {
      List<Pick> picks = pick("typiclust", with(points), 1, 2, seed);
      // The labelled point lies in the second blob, so the other two come first.
      assertEquals(
          List.of(11, 35), picks.stream().map(Pick::candidate).sorted().toList(), "seed " + seed);
      assertEquals(1 / (1 + 1e-5), picks.get(0).score(), 1e-4);
    }
  }

  @Test
  void typicalityIsTheMeanOverTheNearest() {
    double[][] points = gaussian(30, 3, 5);
    Pick first = pick("typiclust(clusters=1,neighbours=4)", with(points), 0, 1, 1).get(0);
    double best = 0;
    for (double[] point : points) {
      double[] sorted =
          Arrays.stream(points).mapToDouble(other -> distance(point, other)).sorted().toArray();
      double mean = (sorted[1] + sorted[2] + sorted[3] + sorted[4]) / 4;
      best = Math.max(best, 1 / (mean + 1e-5));
    }
    assertEquals(best, first.score(), 1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"coreset", "kmeans_pp", "facility_location", "typiclust"})
  void featuresMustBeFinite(String strategy) {
    double[][] points = gaussian(10, 3, 5);
    points[4][1] = Double.NaN;
    String message =
        assertThrows(IllegalArgumentException.class, () -> pick(strategy, with(points), 0, 2, 1))
            .getMessage();
    assertEquals("features of image 0 region 4 holds NaN; expected finite values", message);
  }
}
