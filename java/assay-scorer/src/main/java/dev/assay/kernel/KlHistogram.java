package dev.assay.kernel;

import dev.assay.device.Exec;

/**
 * How each candidate's class distribution differs from those of a set of references: KL(candidate
 * || reference) for every pair, as a histogram of 32 bins between the candidate's own smallest and
 * largest score. The equation and its rules are in the kernel's contract header.
 *
 * <p>One call at a time; close it when done.
 */
public final class KlHistogram implements AutoCloseable {
  /** Bins of a histogram. */
  public static final int BINS = 32;

  private static final int CANDIDATES = 1;
  private static final int REFERENCES = 4;
  private static final int CLASSES = 7;
  private static final int CANDIDATE_FILL = 8;
  private static final int REFERENCE_FILL = 9;
  private static final int OUTPUTS = 10;
  private static final int WORDS = 14;

  private final ArgumentBlock block = new ArgumentBlock("kl_histogram", WORDS, 0);

  /**
   * Scores every candidate against every reference.
   *
   * @param references of as many classes; null for the candidates themselves
   * @throws IllegalArgumentException if the matrices do not fit, an entry is negative or not
   *     finite, or a row is all zero
   */
  public void run(
      Exec exec, ClassDistributions candidates, ClassDistributions references, KlOutputs outputs) {
    check(candidates, references);
    StagedCheck.distributions(exec, "candidates", candidates);
    if (references != null) {
      StagedCheck.distributions(exec, "references", references);
    }
    long count = references == null ? candidates.count() : references.count();
    block.enter(exec);
    try {
      candidates.put(block, CANDIDATES, "candidates");
      if (references == null) {
        block.put(REFERENCES, 0);
        block.put(REFERENCES + 2, candidates.count());
      } else {
        references.put(block, REFERENCES, "references");
        block.put(REFERENCE_FILL, references.fill());
      }
      block.put(CLASSES, candidates.classes());
      block.put(CANDIDATE_FILL, candidates.fill());
      outputs.put(block, OUTPUTS, candidates.count(), count);
      block.call(AssayLibrary::assay_kl_histogram);
    } finally {
      block.leave();
    }
  }

  private static void check(ClassDistributions candidates, ClassDistributions references) {
    candidates.check("candidates");
    if (references != null) {
      references.check("references");
      if (references.classes() != candidates.classes()) {
        throw new IllegalArgumentException(
            "references.classes="
                + references.classes()
                + " must be candidates.classes="
                + candidates.classes());
      }
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
