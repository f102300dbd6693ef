package dev.assay.experiment;

import dev.assay.device.Exec;
import dev.assay.rl.LearnedStrategies;
import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.RandomKeys;
import dev.assay.select.Round;
import dev.assay.select.Selector;
import dev.assay.select.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.agrona.collections.IntArrayList;

/**
 * Chooses by a strategy of the scorer: the best of all unlabelled regions, or of each pool; then
 * only members of pools are scored.
 */
final class StrategyChooser implements Chooser {
  private final Workbench bench;
  private final Strategy strategy;

  StrategyChooser(Workbench bench, String name) {
    this.bench = bench;
    this.strategy = LearnedStrategies.named(name, Map.of(), bench.config().machine().threads());
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
      int[] everyone = IntStream.range(0, all.size()).toArray();
      Offer offer = offer(all, everyone, labelled, listener, message);
      Round round = offer.round(keys, bench);
      return offer.choice(Selector.topK(strategy, round, offer.open(), count));
    }
    int poolSize = protocol.poolSizeOf(strategy.name());
    List<int[]> pools = Selector.pools(all, count, poolSize, keys);
    int[] members = pools.stream().flatMapToInt(Arrays::stream).sorted().toArray();
    Offer offer = offer(all, members, labelled, listener, message);
    Round round = offer.round(keys, bench);
    List<Pick> picks = new ArrayList<>();
    for (int k = 0; k < pools.size(); k++) {
      int[] pool =
          Arrays.stream(pools.get(k))
              .map(i -> offer.open()[Arrays.binarySearch(members, i)])
              .toArray();
      picks.addAll(strategy.pick(round, pool, 1, k));
    }
    return offer.choice(picks);
  }

  /**
   * What the strategy may look at, in the order of the images.
   *
   * @param open numbers of those it may pick
   * @param labelled numbers of the others
   */
  private record Offer(Candidates candidates, int[] open, int[] labelled) {
    Round round(RandomKeys keys, Workbench bench) {
      return new Round(candidates, labelled, keys, Exec.cpu(bench.config().machine().threads()));
    }

    Choice choice(List<Pick> picks) {
      return new Choice(candidates, labelled, picks);
    }
  }

  /**
   * Scores some of the candidates and, for a strategy that starts from them, the labelled regions.
   */
  private Offer offer(
      Candidates all,
      int[] members,
      LabelledSet labelled,
      ProgressListener listener,
      String message) {
    IntArrayList images = new IntArrayList();
    IntArrayList regions = new IntArrayList();
    IntArrayList open = new IntArrayList();
    IntArrayList taken = new IntArrayList();
    for (int image : bench.candidates()) {
      for (int region = 0; region < bench.grid().perImage(); region++) {
        boolean known = labelled.contains(image, region);
        int next = open.size();
        boolean offered = next < members.length && is(all, members[next], image, region);
        if (offered || (known && strategy.startsFromLabelled())) {
          (known ? taken : open).addInt(images.size());
          images.addInt(image);
          regions.addInt(region);
        }
      }
    }
    Candidates scored =
        needsNetwork()
            ? AcquisitionPass.score(
                bench,
                images.toIntArray(),
                regions.toIntArray(),
                strategy.columns(),
                listener,
                message)
            : new Candidates(images.toIntArray(), regions.toIntArray(), bench.classes());
    return new Offer(scored, open.toIntArray(), taken.toIntArray());
  }

  private static boolean is(Candidates all, int candidate, int image, int region) {
    return all.image(candidate) == image && all.region(candidate) == region;
  }
}
