package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.nn.backend.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Installations that lack something give a reason of one line, never a crash. */
@Tag("emulated-gpu")
class CudnnLibraryTest {
  @TempDir Path folder;

  /** Prints the reason why networks cannot run on a GPU, or null. */
  public static void main(String[] args) {
    System.out.println("reason: " + Backends.whyNoCuda());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                  | ''                           | null",
        "without_cudnn_cnn   | ''                           | libcudnn_cnn.so.9",
        "without_cudnn_ops   | ''                           | libcudnn_ops.so.9",
        "without_cudnn_adv   | ''                           | libcudnn_adv.so.9",
        "''                  | ASSAY_EMULATOR_FAIL=cudnnAdvVersionCheck:1=1002 | libcudnn_adv does not fit",
        "without_cublas      | ''                           | libcublas.so.13",
        "''                  | ASSAY_EMULATOR_CUDNN=90501   | cuDNN 9.5.1 is too old",
        "''                  | ASSAY_EMULATOR_DEVICES=0     | no CUDA-capable device",
        "''                  | ASSAY_EMULATOR_DRIVER=12080  | driver",
      })
  void tellsWhatIsMissing(String variant, String setting, String reason)
      throws IOException, InterruptedException {
    String emulator = Gpu.emulatorOrSkip();
    Process process = start(Path.of(emulator, variant), Path.of(emulator), setting);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    assertEquals(0, process.exitValue(), said);
    List<String> lines = said.lines().filter(line -> line.startsWith("reason: ")).toList();
    assertEquals(1, lines.size(), said);
    assertTrue(lines.get(0).contains(reason), said);
  }

  private Process start(Path libraries, Path emulator, String setting) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens",
            "java.base/jdk.internal.misc=ALL-UNNAMED",
            "-Dorg.bytedeco.javacpp.cachedir=" + folder,
            "-Xbootclasspath/a:" + emulator.resolve("classpath"),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            CudnnLibraryTest.class.getName());
    builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
    if (!setting.isEmpty()) {
      int equals = setting.indexOf('=');
      builder.environment().put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return builder.redirectErrorStream(true).start();
  }
}
