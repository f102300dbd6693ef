package dev.assay.experiment;

import java.io.IOException;

/** Opens the data set, network and kernels that a configuration names. */
final class StandardSession {
  private StandardSession() {}

  static Session open(ExperimentConfig config, ProgressListener listener) throws IOException {
    throw new IOException(config + " " + listener);
  }
}
