package dev.assay.rl;

import dev.assay.nn.backend.Backends;
import dev.assay.select.Candidates;
import dev.assay.select.ContextPool;
import dev.assay.select.Explanation;
import dev.assay.select.Pick;
import dev.assay.select.Round;
import dev.assay.select.Strategy;
import dev.assay.select.TopK;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CDAL-RL: trains a recurrent policy on the pool by the rewards of its selections, then picks what
 * it selects with the highest probability (Agarwal et al., "Contextual diversity for active
 * learning", ECCV 2020, section 3.3). The picks depend on nothing but the seed, the pool and, in
 * the last bits of the back end's sums, on {@code OMP_NUM_THREADS}.
 */
public final class ContextPolicyStrategy implements Strategy {
  /** The strategy's name without its settings. */
  public static final String NAME = "cdal_rl";

  private static final String LOGIT = "logit";

  private final ContextPolicyConfig config;

  /** A strategy that trains as configured. */
  public ContextPolicyStrategy(ContextPolicyConfig config) {
    this.config = config;
  }

  /**
   * What was picked, and why.
   *
   * @param picks by falling probability
   * @param explanation where each stands in the pool, and who came next
   * @param reward of the picks together
   * @param meanRewards of each epoch's episodes
   */
  public record Chosen(
      List<Pick> picks, Explanation explanation, ContextPool.Reward reward, double[] meanRewards) {}

  @Override
  public String name() {
    return config.describe(NAME);
  }

  @Override
  public Set<String> columns() {
    return ContextPool.columns(config.reward());
  }

  @Override
  public List<Pick> pick(Round round, int[] subset, int count, int stream) {
    return subset.length == 0 || count == 0
        ? List.of()
        : choose(round, subset, count, stream).picks();
  }

  /**
   * Picks and says why.
   *
   * @param subset not empty
   * @see Strategy#pick
   */
  public Chosen choose(Round round, int[] subset, int count, int stream) {
    try (ContextPool pool = ContextPool.of(config.reward(), round, subset)) {
      ContextPolicyTraining.Trained trained =
          new ContextPolicyTraining(config, pool, round.keys(), stream).run(Backends.cpu());
      // One more than asked for is who came next.
      List<Integer> best = best(round.candidates(), pool, trained.logits(), count + 1);
      List<Integer> picked = best.subList(0, Math.min(count, best.size()));
      BitSet selection = new BitSet(pool.size());
      picked.forEach(selection::set);
      List<Pick> picks = picked.stream().map(i -> pickOf(pool, trained.logits(), i)).toList();
      Pick next = best.size() > count ? pickOf(pool, trained.logits(), best.get(count)) : null;
      return new Chosen(
          picks,
          new Explanation(reasons(trained.logits(), picked), next),
          pool.reward(selection),
          trained.meanRewards());
    }
  }

  /** Members by falling logit, the first in order among equals. */
  private static List<Integer> best(
      Candidates candidates, ContextPool pool, double[] logits, int count) {
    TopK top = new TopK(Math.min(count, logits.length));
    for (int i = 0; i < logits.length; i++) {
      int candidate = pool.candidate(i);
      top.offer(logits[i], candidates.image(candidate), candidates.place(candidate), i);
    }
    return top.drain().stream().map(entry -> (int) entry.id()).toList();
  }

  private static Pick pickOf(ContextPool pool, double[] logits, int member) {
    return new Pick(
        pool.candidate(member),
        Bernoulli.probability(logits[member]),
        Map.of(LOGIT, logits[member]));
  }

  private static List<Explanation.Reason> reasons(double[] logits, List<Integer> picked) {
    double[] sorted = logits.clone();
    Arrays.sort(sorted);
    List<Explanation.Reason> reasons = new ArrayList<>();
    for (int member : picked) {
      int smaller = 0;
      while (sorted[smaller] < logits[member]) {
        smaller++;
      }
      reasons.add(new Explanation.Reason(100.0 * smaller / sorted.length, Map.of(), 0, 0));
    }
    return reasons;
  }
}
