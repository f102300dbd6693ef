package dev.assay.cli.doctor;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaLibraries;
import dev.assay.device.LibraryFolders;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.kernel.NativeLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Everything that a GPU needs, from the driver to cuDNN, and the devices themselves. */
public final class Gpu {
  private static final double LEAST_GIB = 4;

  private Gpu() {}

  /** All checks of this group. What is missing on a machine without a driver is no failure. */
  public static List<Check> checks() {
    CudaLibraries libraries = CudaLibraries.in(LibraryFolders.here());
    List<Check> checks = new ArrayList<>();
    Check driver = Driver.check(libraries, Path.of("/"));
    boolean wanted = Driver.isPresent(libraries, Path.of("/"));
    checks.add(driver);
    checks.add(kernels(wanted));
    if (driver.status() == Check.Status.OK) {
      checks.addAll(devices());
    }
    checks.addAll(CudaParts.checks(libraries, wanted));
    return checks;
  }

  private static Check kernels(boolean wanted) {
    try {
      NativeLibrary.Cuda cuda = NativeLibrary.cuda();
      if (cuda.available()) {
        return Check.ok("libassay_cuda", cuda.path() + "; devices: " + cuda.devices());
      }
      if (cuda.path() == null) {
        String fix =
            Installation.isBundle()
                ? "make the bundle where nvcc 13 is"
                : "install the CUDA 13 toolkit and build again";
        return Check.missing(wanted, "libassay_cuda", cuda.reason(), fix);
      }
      return Check.missing(
          wanted, "libassay_cuda", cuda.path() + ": " + cuda.reason(), "see driver");
    } catch (LinkageError e) {
      return Check.warn("libassay_cuda", "not looked for without libassay", "see libassay");
    }
  }

  private static List<Check> devices() {
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < Math.max(1, NativeLibrary.cuda().devices()); i++) {
      checks.add(device(i));
    }
    return checks;
  }

  private static Check device(int ordinal) {
    String name = "cuda:" + ordinal;
    try (CudaDevice device = CudaDevice.open(ordinal, 0)) {
      double free = gib(device.freeBytes());
      String found =
          String.format(
              Locale.ROOT,
              "%s; compute capability %.1f; %.1f of %.1f GiB free",
              device.name(),
              device.computeCapability() / 10.0,
              free,
              gib(device.totalBytes()));
      return free >= LEAST_GIB
          ? Check.ok(name, found)
          : Check.warn(name, found, "end other programs on the GPU: nvidia-smi lists them");
    } catch (NoSuchDeviceException e) {
      return Check.fail(
          name,
          String.valueOf(e.getMessage()),
          "use a GPU of compute capability 7.5 (Turing) or newer, or --backend cpu");
    } catch (RuntimeException e) {
      return Check.fail(
          name, String.valueOf(e.getMessage()), "see nvidia-smi, and start the machine again");
    }
  }

  private static double gib(long bytes) {
    return bytes / (double) (1L << 30);
  }
}
