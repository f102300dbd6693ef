package dev.assay.rl;

import dev.assay.select.Specification;
import dev.assay.select.Strategies;
import dev.assay.select.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The scorer's strategies, and those that learn from the pool alone. */
public final class LearnedStrategies {
  private LearnedStrategies() {}

  /** The names of all strategies, sorted as the scorer's are, then {@code cdal_rl}. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(Strategies.names());
    names.add(ContextPolicyStrategy.NAME);
    return List.copyOf(names);
  }

  /** Makes the strategy that a specification asks for. */
  public static Strategy named(String specification) {
    return named(specification, Map.of(), 0);
  }

  /**
   * Makes the strategy that a specification asks for.
   *
   * @param settings more settings, each for the first part of the specification that knows it
   * @param threads CPU threads of a learner's optimiser, 0 for all
   * @throws IllegalArgumentException naming what is known if a name or setting is not
   */
  public static Strategy named(String specification, Map<String, String> settings, int threads) {
    Specification parsed = Specification.parse(specification);
    if (!learns(parsed)) {
      return Strategies.named(specification, settings);
    }
    if (parsed.inner() != null) {
      throw new IllegalArgumentException(ContextPolicyStrategy.NAME + " takes no modifiers");
    }
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      parsed = parsed.with(setting.getKey(), setting.getValue());
    }
    return new ContextPolicyStrategy(ContextPolicyConfig.of(parsed, threads));
  }

  /** Whether the last part, behind all modifiers, is a strategy that learns. */
  private static boolean learns(Specification part) {
    return part.inner() != null
        ? learns(part.inner())
        : part.name().equals(ContextPolicyStrategy.NAME);
  }
}
