package dev.assay.cli.doctor;

import dev.assay.kernel.NativeLibrary;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Our own libraries, the network library, and what a GPU needs. */
public final class Libraries {
  private static final List<Path> LIBRARY_FOLDERS =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib64"),
          Path.of("/usr/local/nvidia/lib64"),
          Path.of("/usr/lib/wsl/lib"));

  private Libraries() {}

  /** All checks of this group. */
  public static List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(kernels());
    checks.add(networks());
    checks.add(nvcc());
    checks.add(driver());
    checks.add(gpu());
    return checks;
  }

  private static Check kernels() {
    try {
      return Check.ok(
          "libassay",
          NativeLibrary.path()
              + "; ABI "
              + NativeLibrary.abiVersion()
              + "; instruction set "
              + NativeLibrary.cpuTarget());
    } catch (LinkageError e) {
      return Check.fail("libassay", String.valueOf(e.getMessage()), "build again: mvn package");
    }
  }

  private static Check networks() {
    try (Backend backend = Backends.cpu()) {
      String found = backend.name() + " " + backend.version();
      try {
        backend.requireComputable(ElementType.BF16);
        return Check.ok("networks", found + "; f32 and bf16");
      } catch (UnsupportedOperationException e) {
        return Check.ok("networks", found + "; f32 only: " + e.getMessage());
      }
    } catch (LinkageError e) {
      return Check.fail(
          "networks", String.valueOf(e.getMessage()), "build again: mvn package; see temp dir");
    }
  }

  private static Check nvcc() {
    String path = System.getenv().getOrDefault("PATH", "");
    List<Path> folders =
        Stream.concat(
                Stream.of(path.split(":")).filter(p -> !p.isEmpty()).map(Path::of),
                Stream.of(Path.of("/usr/local/cuda/bin")))
            .toList();
    for (Path folder : folders) {
      if (Files.isExecutable(folder.resolve("nvcc"))) {
        return Check.ok("nvcc", folder.resolve("nvcc").toString());
      }
    }
    return Check.warn(
        "nvcc",
        "not in PATH nor /usr/local/cuda/bin",
        "install the CUDA 13 toolkit to build the GPU kernels; the CPU needs none");
  }

  private static Check driver() {
    Path version = Path.of("/proc/driver/nvidia/version");
    if (Files.isReadable(version)) {
      try {
        return Check.ok("driver", Files.readAllLines(version).get(0).strip());
      } catch (IOException e) {
        return Check.warn(
            "driver", version + ": " + e.getMessage(), "check the driver with nvidia-smi");
      }
    }
    for (Path folder : LIBRARY_FOLDERS) {
      if (Files.exists(folder.resolve("libcuda.so.1"))) {
        return Check.ok("driver", folder.resolve("libcuda.so.1").toString());
      }
    }
    return Check.warn(
        "driver",
        "no " + version + " and no libcuda.so.1 in " + joined(),
        "install NVIDIA driver 580 or newer to use a GPU; the CPU needs none");
  }

  private static String joined() {
    return String.join(", ", LIBRARY_FOLDERS.stream().map(Path::toString).toList());
  }

  private static Check gpu() {
    try {
      NativeLibrary.Cuda cuda = NativeLibrary.cuda();
      String where = cuda.path() == null ? "" : cuda.path() + ": ";
      return cuda.available()
          ? Check.ok(
              "gpu", String.format(Locale.ROOT, "%s%d CUDA device(s)", where, cuda.devices()))
          : Check.warn("gpu", where + cuda.reason(), "see nvcc and driver; the CPU needs none");
    } catch (LinkageError e) {
      return Check.warn("gpu", "not looked for without libassay", "see libassay");
    }
  }
}
