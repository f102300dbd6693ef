package dev.assay.cli.doctor;

import dev.assay.device.CudaLibraries;
import dev.assay.device.CudaLibrary;
import dev.assay.kernel.SharedLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * CUDA's run-time library, cuBLAS, and cuDNN with its parts: found where, which version, fit or
 * not.
 */
public final class CudaParts {
  private static final long CUDA = 13;
  private static final long OLDEST_CUDNN = 91000;
  private static final String OVERRIDE = ", or name their folder in ASSAY_CUDA_PATH";

  private final CudaLibraries libraries;
  private final boolean wanted;
  private final List<Check> checks = new ArrayList<>();

  private CudaParts(CudaLibraries libraries, boolean wanted) {
    this.libraries = libraries;
    this.wanted = wanted;
  }

  /**
   * All checks of this group.
   *
   * @param wanted whether what is missing is a failure, because there is a driver to use it with
   */
  public static List<Check> checks(CudaLibraries libraries, boolean wanted) {
    CudaParts parts = new CudaParts(libraries, wanted);
    parts.cudart();
    parts.cublas();
    parts.cudnn();
    parts.nvrtc();
    parts.search();
    return parts.checks;
  }

  /** {@code 13010} is 13.1. */
  static String cudaVersion(long version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  private void cudart() {
    Path file = required(CudaLibrary.CUDART, "nvidia-cuda-runtime");
    if (file != null) {
      asked(
          CudaLibrary.CUDART,
          () -> {
            long version = SharedLibrary.output(file, "cudaRuntimeGetVersion");
            return version / 1000 == CUDA
                ? Check.ok("cudart", file + " " + cudaVersion(version))
                : otherCuda("cudart", file + " " + cudaVersion(version), "nvidia-cuda-runtime");
          });
    }
  }

  private void cublas() {
    Path light = required(CudaLibrary.CUBLAS_LT, "nvidia-cublas");
    Path file = required(CudaLibrary.CUBLAS, "nvidia-cublas");
    if (light != null) {
      asked(
          CudaLibrary.CUBLAS_LT,
          () -> {
            String version = dotted(SharedLibrary.value(light, "cublasLtGetVersion"));
            return version.startsWith(CUDA + ".")
                ? Check.ok("cublasLt", light + " " + version)
                : otherCuda("cublasLt", light + " " + version, "nvidia-cublas");
          });
    }
    // cuBLAS needs cublasLt: asking it without would only repeat that.
    if (file != null && light != null) {
      asked(
          CudaLibrary.CUBLAS,
          () -> {
            long major = SharedLibrary.property(file, "cublasGetProperty", 0);
            String version = major + "." + SharedLibrary.property(file, "cublasGetProperty", 1);
            return major == CUDA
                ? Check.ok("cublas", file + " " + version)
                : otherCuda("cublas", file + " " + version, "nvidia-cublas");
          });
    }
  }

  private void cudnn() {
    Path graph = required(CudaLibrary.CUDNN_GRAPH, "nvidia-cudnn-cu13");
    if (graph == null || !asked(CudaLibrary.CUDNN_GRAPH, () -> cudnnVersion(graph))) {
      return;
    }
    part(CudaLibrary.CUDNN_OPS, "cudnnOpsVersionCheck");
    part(CudaLibrary.CUDNN_CNN, "cudnnCnnVersionCheck");
    part(CudaLibrary.CUDNN_ADV, "cudnnAdvVersionCheck");
    engines(graph.getParent());
  }

  private static Check cudnnVersion(Path graph) {
    long version = SharedLibrary.value(graph, "cudnnGetVersion");
    String found = graph.getParent() + ": cuDNN " + dotted(version);
    if (version < OLDEST_CUDNN) {
      return Check.fail(
          "cudnn",
          found + ", expected " + dotted(OLDEST_CUDNN) + " or newer",
          pip("nvidia-cudnn-cu13"));
    }
    long cuda = SharedLibrary.value(graph, "cudnnGetCudartVersion");
    return cuda / 1000 == CUDA
        ? Check.ok("cudnn", found + " for CUDA " + cudaVersion(cuda))
        : otherCuda("cudnn", found + " for CUDA " + cudaVersion(cuda), "nvidia-cudnn-cu13");
  }

  /** A part that has to fit the rest; cuDNN compares the versions itself. */
  private void part(CudaLibrary library, String function) {
    Path file = required(library, "nvidia-cudnn-cu13");
    if (file != null) {
      asked(
          library,
          () -> {
            long status = SharedLibrary.status(file, function);
            return status == 0
                ? Check.ok(name(library), file.toString())
                : Check.fail(
                    name(library),
                    file + " is of another version than the rest: " + function + " says " + status,
                    pip("--force-reinstall nvidia-cudnn-cu13"));
          });
    }
  }

  private void engines(Path folder) {
    List<String> missing =
        CudaLibrary.Family.CUDNN.libraries().stream()
            .filter(l -> !l.required() && libraries.find(l) == null)
            .map(CudaLibrary::file)
            .toList();
    checks.add(
        missing.isEmpty()
            ? Check.ok("cudnn_engines", "beside the rest in " + folder)
            : Check.warn(
                "cudnn_engines",
                "no " + String.join(", ", missing) + " beside the rest in " + folder,
                pip("nvidia-cudnn-cu13")));
  }

  private void nvrtc() {
    Path file = libraries.find(CudaLibrary.NVRTC);
    checks.add(
        file == null
            ? Check.warn(
                "nvrtc",
                absent(CudaLibrary.NVRTC) + "; cuDNN compiles some fused operations with it",
                pip("nvidia-cuda-nvrtc"))
            : Check.ok("nvrtc", file.toString()));
  }

  private void search() {
    String looked =
        libraries.folders().all().entrySet().stream()
            .map(e -> e.getKey() + " (" + e.getValue() + ")")
            .collect(Collectors.joining(", "));
    checks.add(
        looked.isEmpty()
            ? Check.warn(
                "search", "no folder to look in", "set ASSAY_CUDA_PATH to CUDA's libraries")
            : Check.ok("search", "libraries were looked for in " + looked));
  }

  /** The file, or null after saying that it is missing. */
  private Path required(CudaLibrary library, String wheel) {
    Path file = libraries.find(library);
    if (file == null) {
      checks.add(Check.missing(wanted, name(library), absent(library), pip(wheel)));
    }
    return file;
  }

  private String absent(CudaLibrary library) {
    Path folder = libraries.folder(library.family());
    if (folder != null) {
      return "no " + library.file() + " beside the rest in " + folder;
    }
    List<Path> others = libraries.otherVersions(library);
    return "no "
        + library.file()
        + " (see search)"
        + (others.isEmpty() ? "" : "; " + others.get(0) + " is of another major version");
  }

  /** What asks a library, and may find that it cannot be loaded. */
  private interface Question {
    Check ask();
  }

  /** Whether the answer was good. */
  private boolean asked(CudaLibrary library, Question question) {
    Check check;
    try {
      check = question.ask();
    } catch (UnsupportedOperationException e) {
      check =
          Check.fail(
              name(library),
              libraries.find(library) + ": " + e.getMessage(),
              "install it again" + OVERRIDE);
    }
    boolean good = check.status() == Check.Status.OK;
    checks.add(good ? check : Check.missing(wanted, check.name(), check.found(), check.fix()));
    return good;
  }

  private static Check otherCuda(String name, String found, String wheel) {
    return Check.fail(name, found + ", expected CUDA " + CUDA, pip(wheel));
  }

  private static String pip(String wheel) {
    return "python3 -m pip install " + wheel + OVERRIDE;
  }

  private static String name(CudaLibrary library) {
    if (library == CudaLibrary.CUDNN_GRAPH) {
      return "cudnn";
    }
    return library.anyVersion().substring(3, library.anyVersion().length() - 3);
  }

  /** {@code 91900} is 9.19.0, {@code 130100} 13.1.0. */
  private static String dotted(long version) {
    return version / 10000 + "." + version / 100 % 100 + "." + version % 100;
  }
}
