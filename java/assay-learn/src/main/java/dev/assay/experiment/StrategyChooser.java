package dev.assay.experiment;

import dev.assay.rl.LearnedStrategies;
import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.RandomKeys;
import dev.assay.select.Round;
import dev.assay.select.Selector;
import dev.assay.select.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses by a strategy of the scorer: the best of all unlabelled regions, or of each pool; then
 * only members of pools are scored.
 */
final class StrategyChooser implements Chooser {
  private final Workbench bench;
  private final Strategy strategy;

  StrategyChooser(Workbench bench, String name) {
    this.bench = bench;
    this.strategy = LearnedStrategies.named(name);
  }

  @Override
  public boolean needsNetwork() {
    return !strategy.columns().isEmpty();
  }

  @Override
  public Choice choose(
      LabelledSet labelled, int count, RandomKeys keys, ProgressListener listener, String message) {
    Candidates all = AcquisitionPass.unscored(bench, bench.candidates(), labelled);
    ProtocolConfig protocol = bench.config().protocol();
    if (protocol.selection().equals("top_k")) {
      Candidates scored = scored(all, everyone(all), listener, message);
      return new Choice(scored, Selector.topK(strategy, scored, count, keys));
    }
    int poolSize = protocol.poolSizeOf(strategy.name());
    List<int[]> pools = Selector.pools(all, count, poolSize, keys);
    int[] members =
        pools.stream()
            .flatMapToInt(Arrays::stream)
            .boxed()
            .sorted(Comparator.naturalOrder())
            .mapToInt(i -> i)
            .toArray();
    Candidates scored = scored(all, members, listener, message);
    Round round = new Round(scored, keys);
    List<Pick> picks = new ArrayList<>();
    for (int k = 0; k < pools.size(); k++) {
      int[] pool = Arrays.stream(pools.get(k)).map(i -> Arrays.binarySearch(members, i)).toArray();
      picks.addAll(strategy.pick(round, pool, 1, k));
    }
    return new Choice(scored, picks);
  }

  private static int[] everyone(Candidates all) {
    return IntStream.range(0, all.size()).toArray();
  }

  /**
   * Some of the candidates, which are in the order of their images, with what the strategy reads.
   */
  private Candidates scored(
      Candidates all, int[] members, ProgressListener listener, String message) {
    int[] images = Arrays.stream(members).map(all::image).toArray();
    int[] regions = Arrays.stream(members).map(all::region).toArray();
    return needsNetwork()
        ? AcquisitionPass.score(bench, images, regions, strategy.columns(), listener, message)
        : new Candidates(images, regions, bench.classes());
  }
}
