package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.score.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code assay gpu-check} where there is a GPU, here an emulated one: its checks pass and count.
 */
@Tag("emulated-gpu")
class GpuCheckEmulatedGpuTest {
  @TempDir Path directory;

  @BeforeEach
  void gpu() {
    assertEquals(null, Engine.whyNotCuda());
  }

  private JsonNode passes(String part) throws IOException {
    Golden.Call call =
        Golden.assay("gpu-check", "--part", part, "--out", directory.toString(), "--json");
    assertEquals(0, call.exitCode(), call.out() + call.err());
    JsonNode report = new ObjectMapper().readTree(call.out());
    assertEquals(0, report.path("failed").asInt(), call.out());
    assertEquals(0, report.path("skipped").asInt(), call.out());
    assertTrue(Files.readString(directory.resolve("report.txt")).contains(part));
    return report;
  }

  @Test
  void kernelsGiveTheSameBitsOnTheGoldenVectors() throws IOException {
    assertTrue(passes("golden vectors").path("passed").asInt() >= 20);
  }

  @Test
  void layersAgreeWithTheCpu() throws IOException {
    assertTrue(passes("layer parity").path("passed").asInt() >= 25);
  }

  @Test
  void memoryThatRunsOutIsRecoveredFrom() throws IOException {
    assertEquals(3, passes("out of memory").path("passed").asInt());
  }

  @Test
  void aLostDeviceEndsNoProcess() throws IOException {
    JsonNode report = passes("lost device");
    String detail = report.path("checks").path(0).path("detail").asText();
    assertTrue(detail.contains("a later call"), detail);
    assertTrue(detail.contains("closed without an exception"), detail);
  }
}
