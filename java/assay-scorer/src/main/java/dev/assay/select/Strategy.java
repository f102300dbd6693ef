package dev.assay.select;

import dev.assay.score.Signal;
import java.util.List;
import java.util.Set;

/** An acquisition function. Implementations are stateless and thread-safe. */
public interface Strategy {
  /** The name it is registered under, for example {@code class_aware_random}. */
  String name();

  /** The signals that {@link #pick} reads. */
  Set<Signal> signals();

  /**
   * Picks distinct members of {@code subset}, best first.
   *
   * @param candidates all candidates of the step
   * @param subset the candidate numbers to choose from, without repeats
   * @param count how many to pick; all of them when there are fewer
   * @param keys the round's random numbers
   * @param stream tells apart calls that share {@code keys}, such as pools
   * @throws IllegalArgumentException if a signal is missing or a score is NaN
   */
  List<Pick> pick(Candidates candidates, int[] subset, int count, RandomKeys keys, int stream);
}
