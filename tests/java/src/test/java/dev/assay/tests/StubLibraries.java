package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shared libraries of a few lines of C under the names of NVIDIA's, compiled when a test asks: what
 * is broken, old or missing on other people's machines.
 */
final class StubLibraries {
  private StubLibraries() {}

  /** Compiles {@code code} into {@code folder/name}. */
  static void write(Path folder, String name, String code) throws IOException {
    Files.createDirectories(folder);
    Path source = folder.resolve(name + ".c");
    Files.writeString(source, code);
    Process process =
        new ProcessBuilder(
                "gcc", "-shared", "-fPIC", "-o", folder.resolve(name).toString(), source.toString())
            .inheritIO()
            .start();
    try {
      assertEquals(0, process.waitFor(), "gcc failed for " + code);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    Files.delete(source);
  }

  static void driver(Path folder, int version) throws IOException {
    write(folder, "libcuda.so.1", output("cuDriverGetVersion", version));
  }

  static void cudart(Path folder, int version) throws IOException {
    write(folder, "libcudart.so.13", output("cudaRuntimeGetVersion", version));
  }

  static void cublas(Path folder) throws IOException {
    write(folder, "libcublasLt.so.13", value("cublasLtGetVersion", 130100));
    write(
        folder,
        "libcublas.so.13",
        "int cublasGetProperty(int p, int *v) { *v = p == 0 ? 13 : p; return 0; }");
  }

  /** All parts of cuDNN; {@code opsFit} is what its part for operations says of its version. */
  static void cudnn(Path folder, int version, int cuda, int opsFit) throws IOException {
    write(
        folder,
        "libcudnn_graph.so.9",
        value("cudnnGetVersion", version) + value("cudnnGetCudartVersion", cuda));
    write(folder, "libcudnn_ops.so.9", "int cudnnOpsVersionCheck(void) { return " + opsFit + "; }");
    write(folder, "libcudnn_cnn.so.9", "int cudnnCnnVersionCheck(void) { return 0; }");
    write(folder, "libcudnn_adv.so.9", "int cudnnAdvVersionCheck(void) { return 0; }");
    for (String part :
        new String[] {"engines_precompiled", "engines_runtime_compiled", "heuristic"}) {
      write(folder, "libcudnn_" + part + ".so.9", "int unused;");
    }
  }

  private static String output(String function, int value) {
    return "int " + function + "(int *v) { *v = " + value + "; return 0; }\n";
  }

  private static String value(String function, int value) {
    return "#include <stddef.h>\nsize_t " + function + "(void) { return " + value + "; }\n";
  }
}
