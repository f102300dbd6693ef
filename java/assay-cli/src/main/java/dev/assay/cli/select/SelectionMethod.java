package dev.assay.cli.select;

import dev.assay.select.Explanation;
import dev.assay.select.Pick;
import dev.assay.select.Round;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** How {@code assay select} picks. */
public interface SelectionMethod {
  /**
   * What was picked.
   *
   * @param explanation of the picks, or null
   */
  record Chosen(List<Pick> picks, Explanation explanation) {}

  /** The strategy's full specification. */
  String name();

  /** Columns that the candidates must have. */
  Set<String> columns();

  /**
   * Picks.
   *
   * @param file the candidates' file
   * @param subset candidates that may be picked
   * @param labelled the regions labelled before, of which {@code round} has those among the
   *     candidates
   * @throws IllegalArgumentException if the candidates cannot be picked from like this
   */
  Chosen pick(CandidateFile file, Round round, int[] subset, LabelledRegions labelled)
      throws IOException;
}
