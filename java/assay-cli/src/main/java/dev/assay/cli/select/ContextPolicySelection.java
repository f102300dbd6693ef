package dev.assay.cli.select;

import dev.assay.rl.ContextPolicyStrategy;
import dev.assay.select.ContextPool;
import dev.assay.select.Round;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Picks by a policy that is trained on the candidates themselves (CDAL-RL).
 *
 * @param explain whether the picks are explained
 * @param say takes what the user should know
 */
public record ContextPolicySelection(
    ContextPolicyStrategy strategy, int budget, boolean explain, Consumer<String> say)
    implements SelectionMethod {
  @Override
  public String name() {
    return strategy.name();
  }

  @Override
  public Set<String> columns() {
    return strategy.columns();
  }

  @Override
  public Chosen pick(CandidateFile file, Round round, int[] subset, LabelledRegions labelled) {
    if (subset.length == 0) {
      return new Chosen(List.of(), null);
    }
    ContextPolicyStrategy.Chosen chosen = strategy.choose(round, subset, budget, 0);
    double[] rewards = chosen.meanRewards();
    say.accept(
        text(
            "trained on %d region(s); mean reward of the first epoch %.4g, of the last %.4g",
            subset.length, rewards[0], rewards[rewards.length - 1]));
    ContextPool.Reward reward = chosen.reward();
    say.accept(
        text(
            "reward of the picks %.4g: contextual diversity %.4g, visual representation %.4g,"
                + " semantic representation %.4g",
            reward.total(),
            reward.contextualDiversity(),
            reward.visualRepresentation(),
            reward.semanticRepresentation()));
    return new Chosen(chosen.picks(), explain ? chosen.explanation() : null);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
