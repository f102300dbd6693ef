package dev.assay.experiment;

import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.RandomKeys;
import java.util.List;

/** How a chain chooses a round's regions. Confined to one thread. */
interface Chooser extends AutoCloseable {
  /** Whether choosing needs the network's predictions. */
  boolean needsNetwork();

  /**
   * What was offered and what was picked of it.
   *
   * @param labelled numbers of the candidates that were only looked at because they are labelled
   *     already, ascending
   * @param picks in order
   */
  record Choice(Candidates candidates, int[] labelled, List<Pick> picks) {
    /** A choice from candidates that are all unlabelled. */
    Choice(Candidates candidates, List<Pick> picks) {
      this(candidates, new int[0], picks);
    }
  }

  /**
   * Chooses; the network must hold the weights of the round before if it is needed.
   *
   * @param count regions to choose
   */
  Choice choose(
      LabelledSet labelled, int count, RandomKeys keys, ProgressListener listener, String message);

  /** A region of a training image was labelled. */
  default void labelled(int image, int region) {}

  @Override
  default void close() {}
}
