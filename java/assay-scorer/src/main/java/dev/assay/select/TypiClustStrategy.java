package dev.assay.select;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * TypiClust: k-means over labelled and unlabelled regions into as many clusters as there will be
 * labelled ones, then the most typical region of each cluster in turn, those with the fewest
 * labelled regions first, larger before smaller ones (Hacohen, Dekel and Weinshall, "Active
 * learning on a budget: opposite strategies suit high and low budgets", ICML 2022, Algorithm 1). As
 * in the authors' code, clusters of fewer than {@value #SMALLEST} regions wait until the others are
 * empty, and typicality is among a cluster's regions that are still to be picked. The score is the
 * typicality.
 */
final class TypiClustStrategy extends DiversityStrategy {
  private static final int SMALLEST = 5;

  private final int maxClusters;
  private final int neighbours;

  TypiClustStrategy(int maxClusters, int neighbours) {
    this.maxClusters = maxClusters;
    this.neighbours = neighbours;
  }

  @Override
  public String name() {
    return "typiclust(clusters=%d,neighbours=%d)".formatted(maxClusters, neighbours);
  }

  @Override
  public Set<String> columns() {
    return Set.of(FeatureRows.FEATURES);
  }

  /**
   * A cluster: its number, members that may be picked, how many are labelled, and size at first.
   */
  private record Cluster(int number, List<Integer> open, int labelled, int size) {
    boolean small() {
      return size < SMALLEST;
    }
  }

  @Override
  List<Pick> pick(Round round, Pool pool, int count, int stream) {
    try (EuclideanPoints points = new EuclideanPoints(round, pool)) {
      int k = (int) Math.min((long) pool.labelled() + count, maxClusters);
      int[] of = KMeans.cluster(round, pool, points, Math.min(k, pool.rows().length), stream);
      List<Pick> picks = new ArrayList<>(count);
      List<Cluster> clusters = clusters(of, pool);
      while (picks.size() < count) {
        List<Cluster> turn = clusters.stream().filter(c -> !c.open().isEmpty()).toList();
        boolean onlySmall = turn.stream().allMatch(Cluster::small);
        for (Cluster cluster : turn) {
          if (picks.size() < count && (onlySmall || !cluster.small())) {
            picks.add(mostTypical(round, pool, points.features(), cluster));
          }
        }
      }
      return picks;
    }
  }

  private static List<Cluster> clusters(int[] of, Pool pool) {
    int k = Arrays.stream(of).max().orElseThrow() + 1;
    int[] labelled = new int[k];
    List<List<Integer>> open = new ArrayList<>();
    IntStream.range(0, k).forEach(c -> open.add(new ArrayList<>()));
    for (int i = 0; i < of.length; i++) {
      if (i < pool.size()) {
        open.get(of[i]).add(i);
      } else {
        labelled[of[i]]++;
      }
    }
    return IntStream.range(0, k)
        .mapToObj(c -> new Cluster(c, open.get(c), labelled[c], open.get(c).size() + labelled[c]))
        .sorted(
            Comparator.comparingInt(Cluster::labelled)
                .thenComparing(c -> -c.size())
                .thenComparing(Cluster::number))
        .toList();
  }

  private Pick mostTypical(Round round, Pool pool, FeatureRows points, Cluster cluster) {
    int[] members = cluster.open().stream().mapToInt(Integer::intValue).toArray();
    double[] typicality = Typicality.of(round.exec(), points, members, neighbours);
    int best = 0;
    for (int m = 1; m < members.length; m++) {
      if (typicality[m] > typicality[best]) {
        best = m;
      }
    }
    cluster.open().remove(best);
    double score = typicality[best];
    return new Pick(
        pool.rows()[members[best]],
        score,
        Map.of("typicality", score, "cluster", (double) cluster.number()));
  }
}
