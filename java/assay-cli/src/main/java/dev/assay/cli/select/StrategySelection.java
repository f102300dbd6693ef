package dev.assay.cli.select;

import dev.assay.select.Explanation;
import dev.assay.select.Pick;
import dev.assay.select.Round;
import dev.assay.select.Selector;
import dev.assay.select.Strategy;
import java.util.List;
import java.util.Set;

/**
 * Picks by a strategy.
 *
 * @param pool candidates in each of {@code budget} pools; null to pick from all
 * @param explain whether the picks are explained
 */
public record StrategySelection(Strategy strategy, int budget, Integer pool, boolean explain)
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
    List<Pick> picks =
        pool == null
            ? Selector.topK(strategy, round, subset, budget)
            : Selector.poolArgmax(strategy, round, subset, budget, pool);
    return new Chosen(
        picks,
        explain && Explanation.explains(strategy)
            ? Explanation.of(strategy, round, subset, picks)
            : null);
  }
}
