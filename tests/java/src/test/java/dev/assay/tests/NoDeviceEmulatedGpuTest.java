package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.cli.Main;
import dev.assay.format.NdArray;
import dev.assay.format.NpzWriter;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines whose GPU cannot be used: a reason and exit code 4 for cuda, a WARN line for auto. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class NoDeviceEmulatedGpuTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "LD_LIBRARY_PATH, /nowhere, no NVIDIA driver: libcuda.so.1 was not found",
    "ASSAY_EMULATOR_DEVICES, 0, the driver does not start",
    "ASSAY_EMULATOR_DRIVER, 12080, 'found CUDA 12.8, expected 13.0 or newer'",
    "ASSAY_EMULATOR_COMPUTE, 70, 'has compute capability 7.0, expected at least 7.5'",
    "ASSAY_EMULATOR_FAIL, cuDevicePrimaryCtxRetain:1=46, cuDevicePrimaryCtxRetain",
    "WITHOUT, jcuda, JCuda (org.jcuda:jcuda:12.6.0) is not on the class path"
  })
  void theReasonIsSaid(String variable, String value, String reason)
      throws IOException, InterruptedException {
    Path in = directory.resolve("in.npz");
    try (NdArray logits = NdArray.floats("logits", new float[2 * 8 * 8], 2, 8, 8)) {
      NpzWriter.write(in, List.of(logits));
    }
    Golden.Call cuda = kernel(in, "cuda", variable, value);
    assertEquals(4, cuda.exitCode(), cuda.err());
    assertTrue(cuda.err().contains(reason), cuda.err());
    Golden.Call auto = kernel(in, "auto", variable, value);
    assertEquals(0, auto.exitCode(), auto.err());
    assertTrue(auto.err().contains("backend=auto uses the CPU"), auto.err());
    assertTrue(auto.err().contains(reason), auto.err());
  }

  /** {@code assay kernel} in a process of its own: this one has its driver already. */
  private Golden.Call kernel(Path in, String backend, String variable, String value)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> !a.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath(variable.equals("WITHOUT") ? value : "-")));
    command.addAll(List.of(Main.class.getName(), "kernel", "pixel_signals"));
    command.addAll(List.of("--in", in.toString(), "--backend", backend));
    command.addAll(List.of("--out", directory.resolve(backend + ".npz").toString()));
    File err = directory.resolve(backend + ".err").toFile();
    ProcessBuilder process = new ProcessBuilder(command).redirectError(err);
    process.environment().put(variable, value);
    Process started = process.start();
    String out = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = started.waitFor();
    return new Golden.Call(code, out, Files.readString(err.toPath()));
  }

  private static String classPath(String without) {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(without))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
