package dev.assay.experiment;

import dev.assay.model.QueryNetwork;
import dev.assay.rl.Greedy;
import dev.assay.score.Column;
import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.RandomKeys;
import dev.assay.select.Selector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses by a learned policy: from each pool the region whose labelling it values most (RALIS,
 * equation 1). Owner of the network.
 */
final class PolicyChooser implements Chooser {
  private final Workbench bench;
  private final QueryNetwork network;
  private final PolicyView view;
  private final int poolSize;
  private final StepClock clock = new StepClock();

  /**
   * @param policy its file
   * @param seed of the chain
   */
  PolicyChooser(Workbench bench, Path policy, long seed) {
    this.bench = bench;
    ProtocolConfig protocol = bench.config().protocol();
    this.poolSize = protocol.poolSizeOf(ExperimentConfig.RALIS);
    PolicyModel model = PolicyModel.of(bench, policy, seed);
    try {
      this.network = model.load(policy);
    } catch (IOException e) {
      throw new ExperimentException(e.getMessage(), e);
    }
    this.view = new PolicyView(bench, model, protocol.regionsPerRound(), poolSize);
  }

  @Override
  public boolean needsNetwork() {
    return true;
  }

  @Override
  public Choice choose(
      LabelledSet labelled, int count, RandomKeys keys, ProgressListener listener, String message) {
    Candidates all = AcquisitionPass.unscored(bench, bench.candidates(), labelled);
    List<int[]> pools = Selector.pools(all, count, poolSize, keys);
    int size = pools.get(0).length;
    view.look(all, pools, clock);
    return clock.time(
        StepClock.Part.CHOOSE,
        () -> {
          List<Pick> picks = Greedy.picks(view.values(network), pools.size(), size);
          return new Choice(offered(all, pools), picks);
        });
  }

  /** What was offered, in the order of the pools, with its values. */
  private Candidates offered(Candidates all, List<int[]> pools) {
    int[] members = pools.stream().flatMapToInt(Arrays::stream).toArray();
    float[] values = new float[members.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = view.value(i);
    }
    return new Candidates(
            Arrays.stream(members).map(all::image).toArray(),
            Arrays.stream(members).map(all::region).toArray(),
            bench.classes())
        .with(Column.of(Greedy.VALUE, values, 1));
  }

  @Override
  public void labelled(int image, int region) {
    view.addLabelled(image, region);
  }

  @Override
  public void close() {
    view.close();
    network.close();
  }
}
