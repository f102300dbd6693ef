package dev.assay.select;

import java.util.Set;

/** A strategy that changes how the best of a scored strategy are taken, not their scores. */
abstract class ModifierStrategy implements Strategy {
  private final ScoredStrategy inner;

  ModifierStrategy(ScoredStrategy inner) {
    this.inner = inner;
  }

  /** What gives the scores. */
  final ScoredStrategy inner() {
    return inner;
  }

  @Override
  public Set<String> columns() {
    return inner.columns();
  }
}
