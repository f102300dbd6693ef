package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** An acquisition function. Implementations are stateless and thread-safe. */
public interface Strategy {
  /** The specification it is made from, for example {@code class_aware_random}. */
  String name();

  /** The names of the columns that {@link #pick} reads: signal keys, or others. */
  Set<String> columns();

  /** Those of the columns that the scorer computes. */
  default Set<Signal> signals() {
    Set<String> columns = columns();
    return Arrays.stream(Signal.values())
        .filter(signal -> columns.contains(signal.key()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the picks depend on the labelled regions of the round and on their columns. */
  default boolean startsFromLabelled() {
    return false;
  }

  /**
   * Picks distinct members of {@code subset}, best first.
   *
   * @param subset the candidate numbers to choose from, without repeats and without labelled ones
   * @param count how many to pick; all of them when there are fewer
   * @param stream tells apart calls that share a round's random numbers, such as pools
   * @throws IllegalArgumentException if a column is missing or a score is NaN
   */
  List<Pick> pick(Round round, int[] subset, int count, int stream);
}
