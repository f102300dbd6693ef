package dev.assay.rl;

import dev.assay.memory.MatrixView;
import dev.assay.model.RecurrentPolicy;
import dev.assay.nn.backend.Backend;
import dev.assay.select.ContextPool;
import dev.assay.select.RandomKeys;
import dev.assay.select.RandomKeys.Purpose;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Trains CDAL's policy on the pool that it is to select from, without labels (Agarwal et al. 2020,
 * algorithm 2): in each epoch it looks at all images, draws selections from its probabilities and
 * is moved by what these are worth.
 */
final class ContextPolicyTraining {
  /**
   * A trained policy's opinion of its pool.
   *
   * @param logits log-odds of selecting each member
   * @param meanRewards of each epoch's episodes
   */
  record Trained(double[] logits, double[] meanRewards) {}

  private final ContextPolicyConfig config;
  private final ContextPool pool;
  private final RandomKeys keys;
  private final int stream;

  /**
   * @param stream tells apart trainings that share a round's random numbers
   */
  ContextPolicyTraining(ContextPolicyConfig config, ContextPool pool, RandomKeys keys, int stream) {
    this.config = config;
    this.pool = pool;
    this.keys = keys;
    this.stream = stream;
  }

  /**
   * Trains a policy with fresh weights.
   *
   * @param backend closed at the end
   */
  Trained run(Backend backend) {
    MatrixView rows = pool.mixtures();
    long seed = keys.bits(Purpose.WEIGHTS, stream, 0);
    try (RecurrentPolicy policy =
            new RecurrentPolicy(pool.size(), (int) rows.columns(), config.hidden(), backend, seed);
        Reinforce learner = new Reinforce(config.learning(), policy)) {
      policy.observe(rows.span().address());
      double[] meanRewards = new double[config.epochs()];
      for (int epoch = 0; epoch < config.epochs(); epoch++) {
        policy.forward();
        List<Episode> episodes = draw(learner, epoch);
        meanRewards[epoch] = episodes.stream().mapToDouble(Episode::reward).average().orElseThrow();
        if (epoch == 0) {
          // From 0 the first epochs would reinforce whatever was drawn.
          learner.compareWith(meanRewards[0]);
        }
        learner.update(episodes);
      }
      policy.forward();
      double[] logits = new double[pool.size()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = policy.logit(i);
      }
      return new Trained(logits, meanRewards);
    }
  }

  private List<Episode> draw(Reinforce learner, int epoch) {
    List<Episode> episodes = new ArrayList<>();
    for (int e = 0; e < config.episodes(); e++) {
      long episode = ((long) stream << 32) + (long) epoch * config.episodes() + e;
      BitSet selected = new BitSet(pool.size());
      for (int i = 0; i < pool.size(); i++) {
        selected.set(i, keys.uniform(Purpose.EPISODE, episode, i) < learner.probability(i));
      }
      episodes.add(new Episode(selected, pool.reward(selected).total()));
    }
    return episodes;
  }
}
