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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Chooses by a learned policy: from each pool the region whose labelling it values most (RALIS,
 * equation 1). Owner of the network.
 */
final class PolicyChooser implements Chooser {
  private static final String VALUE = "q";

  private final Workbench bench;
  private final QueryNetwork network;
  private final PolicyView view;
  private final int poolSize;
  private final StepClock clock = new StepClock();

  /**
   * @param policy its file
   */
  PolicyChooser(Workbench bench, Path policy) {
    this.bench = bench;
    ProtocolConfig protocol = bench.config().protocol();
    this.poolSize = protocol.poolSizeOf(ExperimentConfig.RALIS);
    PolicyModel model = new PolicyModel(bench);
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
          int[] chosen = new int[pools.size()];
          Greedy.choose(view.values(network), pools.size(), size, chosen);
          return choice(all, pools, chosen, size);
        });
  }

  /** What was offered, in the order of the pools, with its values. */
  private Choice choice(Candidates all, List<int[]> pools, int[] chosen, int size) {
    int[] members = pools.stream().flatMapToInt(Arrays::stream).toArray();
    float[] values = new float[members.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = view.value(i);
    }
    Candidates offered =
        new Candidates(
                Arrays.stream(members).map(all::image).toArray(),
                Arrays.stream(members).map(all::region).toArray(),
                bench.classes())
            .with(Column.of(VALUE, values, 1));
    List<Pick> picks = new ArrayList<>();
    for (int k = 0; k < chosen.length; k++) {
      int picked = k * size + chosen[k];
      double mean = 0;
      for (int i = 0; i < size; i++) {
        mean += values[k * size + i] / size;
      }
      picks.add(
          new Pick(
              picked, values[picked], Map.of(VALUE, (double) values[picked], "pool_mean_q", mean)));
    }
    return new Choice(offered, picks);
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
