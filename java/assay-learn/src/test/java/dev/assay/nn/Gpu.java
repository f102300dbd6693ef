package dev.assay.nn;

import dev.assay.device.CudaDevice;
import dev.assay.nn.backend.Backends;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
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

  /** Folder of the emulator's libraries; skips the test where the GPU is not emulated. */
  public static String emulatorOrSkip() {
    String folder = System.getProperty("assay.emulator");
    Assumptions.assumeTrue(folder != null, "SKIPPED: the GPU is not emulated");
    return folder;
  }

  /** Gives the emulator a command, as its README lists them; the answer of {@code calls}. */
  public static long control(String command) {
    Answer answer = new Answer();
    JCudaDriver.cuModuleLoad(answer, "emulator:" + command);
    return answer.value();
  }

  private static final class Answer extends CUmodule {
    long value() {
      return getNativePointer();
    }
  }
}
