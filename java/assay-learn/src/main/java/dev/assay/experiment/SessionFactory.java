package dev.assay.experiment;

import java.io.IOException;

/** Opens what a run works with; the seam at which tests put in small stand-ins. */
@FunctionalInterface
interface SessionFactory {
  /**
   * Opens a session, which the caller closes.
   *
   * @throws IOException if data cannot be read, naming the file
   * @throws RuntimeException if the configuration does not fit the data or the machine
   */
  Session open(ExperimentConfig config, ProgressListener listener) throws IOException;
}
