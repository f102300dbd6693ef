package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.format.NdArray;
import dev.assay.format.NpzWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  private Golden.Call kernel(Path in, String backend, String variable, String value)
      throws IOException, InterruptedException {
    EmulatedProcess process = new EmulatedProcess(directory);
    if (variable.equals("WITHOUT")) {
      process.without(value);
    } else {
      process.with(variable, value);
    }
    String out = directory.resolve(backend + ".npz").toString();
    return process.assay(
        "kernel", "pixel_signals", "--in", in.toString(), "--backend", backend, "--out", out);
  }
}
