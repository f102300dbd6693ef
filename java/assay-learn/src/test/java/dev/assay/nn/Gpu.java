package dev.assay.nn;

import dev.assay.device.CudaDevice;
import dev.assay.nn.backend.Backends;
import org.junit.jupiter.api.Assumptions;

/** The GPU, real or emulated, of tests that need one. */
public final class Gpu {
  private Gpu() {}

  /** Opens it, or skips the tests and says why. */
  public static CudaDevice openOrSkip(long memoryCap) {
    String reason = Backends.whyNoCuda();
    if (reason != null) {
      System.out.println("SKIPPED: networks on a GPU: " + reason);
    }
    Assumptions.assumeTrue(reason == null, reason);
    return CudaDevice.open(0, memoryCap);
  }
}
