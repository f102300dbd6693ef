package dev.assay.experiment;

import java.io.IOException;

/** Opens what a run works with; the seam at which tests put in small stand-ins. */
@FunctionalInterface
interface WorkbenchFactory {
  /**
   * Opens a workbench, which the caller closes.
   *
   * @throws IOException if data cannot be read, naming the file
   * @throws RuntimeException if the configuration does not fit the data or the machine
   */
  Workbench open(ExperimentConfig config, ProgressListener listener) throws IOException;
}
