package dev.assay.nn.backend;

import dev.assay.nn.backend.onednn.OneDnnBackend;

/** The back ends by device, so that nothing outside this package names a library. */
public final class Backends {
  private Backends() {}

  /** The back end for host memory; the caller closes it. */
  public static Backend cpu() {
    return new OneDnnBackend();
  }
}
