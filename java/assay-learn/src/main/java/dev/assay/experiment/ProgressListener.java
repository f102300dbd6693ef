package dev.assay.experiment;

/** Hears how far a run is; called on the thread that runs the experiment, so it should be quick. */
@FunctionalInterface
public interface ProgressListener {
  /** Ignores everything. */
  ProgressListener SILENT = (phase, done, total, message) -> {};

  /**
   * Work went on.
   *
   * @param phase {@code prepare}, {@code train}, {@code score}, {@code evaluate} or {@code round}
   * @param done units finished: steps, images or rounds
   * @param total units in all; 0 when it is not known
   * @param message one line for people, for example {@code entropy seed 1 round 2, loss 0.71}
   */
  void progress(String phase, long done, long total, String message);
}
