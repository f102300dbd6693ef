package dev.assay.cli.doctor;

import dev.assay.kernel.NativeLibrary;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.ElementType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Our own libraries, the network library, and what builds them. */
public final class Libraries {
  private Libraries() {}

  /** All checks of this group. */
  public static List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(kernels());
    checks.add(networks());
    if (!Installation.isBundle()) {
      checks.add(nvcc());
    }
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
      return Check.fail("libassay", String.valueOf(e.getMessage()), Installation.again());
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
          "networks", String.valueOf(e.getMessage()), Installation.again() + "; see temp dir");
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
}
