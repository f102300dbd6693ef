package dev.assay.select;

import java.util.List;

/** A strategy whose picks depend on each other and on what is labelled. */
abstract class DiversityStrategy implements Strategy {
  /** Picks {@code count} of the pool, at most its size. */
  abstract List<Pick> pick(Round round, Pool pool, int count, int stream);

  @Override
  public final boolean startsFromLabelled() {
    return true;
  }

  @Override
  public final List<Pick> pick(Round round, int[] subset, int count, int stream) {
    int wanted = Math.min(count, subset.length);
    return wanted == 0 ? List.of() : pick(round, Pool.of(round, subset), wanted, stream);
  }
}
