package dev.assay.select;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The strategies by name. */
public final class Strategies {
  private static final Map<String, Strategy> BY_NAME = new TreeMap<>();

  static {
    for (Strategy strategy :
        List.of(
            new RandomStrategy(),
            new ClassAwareRandomStrategy(),
            new EntropyStrategy(),
            new MarginStrategy(),
            new LeastConfidenceStrategy())) {
      BY_NAME.put(strategy.name(), strategy);
    }
  }

  private Strategies() {}

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * Finds a strategy.
   *
   * @throws IllegalArgumentException naming the known strategies if there is none of that name
   */
  public static Strategy named(String name) {
    Strategy strategy = BY_NAME.get(name);
    if (strategy == null) {
      throw new IllegalArgumentException(
          "strategy '" + name + "' must be one of " + String.join(", ", BY_NAME.keySet()));
    }
    return strategy;
  }
}
