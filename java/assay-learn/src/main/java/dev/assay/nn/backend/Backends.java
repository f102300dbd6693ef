package dev.assay.nn.backend;

import dev.assay.device.CudaDevice;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.kernel.NativeLibrary;
import dev.assay.nn.backend.cudnn.CudnnBackend;
import dev.assay.nn.backend.cudnn.CudnnLibrary;
import dev.assay.nn.backend.onednn.OneDnnBackend;

/** The back ends by device, so that nothing outside this package names a library. */
public final class Backends {
  private Backends() {}

  /** The back end for host memory; the caller closes it. */
  public static Backend cpu() {
    return new OneDnnBackend();
  }

  /**
   * A back end for a GPU, with a stream of its own; the caller closes it, and the device after it.
   *
   * @throws NoSuchDeviceException if networks cannot run there, with the reason
   */
  public static Backend cuda(CudaDevice device, CudaOptions options) {
    return new CudnnBackend(device, options);
  }

  /** Why networks cannot run on a GPU of this machine, one line; null when they can. */
  public static String whyNoCuda() {
    String driver = CudaDevice.whyNot();
    if (driver != null) {
      return driver;
    }
    NativeLibrary.Cuda kernels = NativeLibrary.cuda();
    return kernels.available() ? CudnnLibrary.whyNot() : kernels.reason();
  }
}
