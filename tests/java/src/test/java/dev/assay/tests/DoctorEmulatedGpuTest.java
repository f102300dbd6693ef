package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code assay doctor} on a machine with GPUs, here emulated ones. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class DoctorEmulatedGpuTest {
  private static final List<String> PARTS =
      List.of(
          "driver",
          "libassay_cuda",
          "cuda:0",
          "cuda:1",
          "cudart",
          "cublasLt",
          "cublas",
          "cudnn",
          "cudnn_ops",
          "cudnn_cnn",
          "cudnn_adv",
          "cudnn_engines",
          "nvrtc",
          "search");

  @TempDir Path directory;

  private Map<String, JsonNode> doctor(String variable, String value)
      throws IOException, InterruptedException {
    Golden.Call call =
        new EmulatedProcess(directory)
            .with("ASSAY_EMULATOR_MEMORY", String.valueOf(8L << 30))
            .with(variable, value)
            .assay("doctor", "--json");
    Map<String, JsonNode> checks = new HashMap<>();
    for (JsonNode check : new ObjectMapper().readTree(call.out()).path("checks")) {
      checks.put(check.path("name").asText(), check);
    }
    return checks;
  }

  @Test
  void aCompleteInstallationIsFine() throws IOException, InterruptedException {
    Map<String, JsonNode> checks = doctor("ASSAY_EMULATOR_DEVICES", "2");
    for (String part : PARTS) {
      JsonNode check = checks.get(part);
      assertTrue(check != null, part + " not among " + checks.keySet());
      assertEquals("OK", check.path("status").asText(), check.toString());
    }
    assertTrue(checks.get("cublas").path("found").asText().endsWith("libcublas.so.13 13.1"));
    assertTrue(checks.get("cublasLt").path("found").asText().endsWith("13.1.0"));
  }

  @Test
  void aPartThatDoesNotFitIsNamed() throws IOException, InterruptedException {
    Map<String, JsonNode> checks = doctor("ASSAY_EMULATOR_FAIL", "cudnnAdvVersionCheck:1=1002");
    assertEquals("FAIL", checks.get("cudnn_adv").path("status").asText());
    assertTrue(checks.get("cudnn_adv").path("found").asText().contains("another version"));
    assertEquals("OK", checks.get("cudnn_ops").path("status").asText());
  }
}
