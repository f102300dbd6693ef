package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.cli.bench.BenchCase;
import dev.assay.cli.bench.BenchTable;
import dev.assay.cli.kernels.Kernels;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code assay bench}: what it prints where, and that no kernel goes unmeasured. Asserts no time.
 */
class BenchCommandTest {
  @Test
  void everyKernelHasACase() {
    Set<String> measured =
        BenchTable.all().stream().map(BenchCase::kernel).collect(Collectors.toSet());
    assertEquals(Set.copyOf(Kernels.names()), measured);
  }

  @Test
  void jsonIsOneLineWithEveryCase() throws IOException {
    Golden.Call call = bench("--kernel", "confusion", "--json");
    assertEquals(0, call.exitCode(), call.err());
    assertEquals(1, call.out().lines().count());
    JsonNode document = new ObjectMapper().readTree(call.out());
    assertEquals("cpu", document.path("backend").asText());
    assertEquals(1, document.path("threads").asInt());
    assertEquals(2, document.path("cases").size());
    for (JsonNode line : document.path("cases")) {
      assertEquals("confusion", line.path("kernel").asText());
      assertEquals(2L * 1024 * 2048, line.path("bytes").asLong());
      assertTrue(line.path("runs").asInt() >= 3, call.out());
      double median = line.path("median_ms").asDouble();
      assertTrue(median > 0 && median >= line.path("min_ms").asDouble(), call.out());
      assertEquals(
          line.path("floor_ms").asDouble() / median, line.path("share_of_copy").asDouble(), 1e-9);
      assertEquals(
          line.path("bytes").asLong() / 1e6 / median, line.path("gb_per_s").asDouble(), 1e-9);
    }
  }

  @Test
  void theTableGoesToStdoutAndTheTalkToStderr() {
    Golden.Call call = bench("--kernel", "confusion");
    assertEquals(0, call.exitCode(), call.err());
    List<String> lines = call.out().lines().toList();
    assertEquals(3, lines.size(), call.out());
    assertTrue(lines.get(0).startsWith("kernel"), call.out());
    assertTrue(lines.get(1).startsWith("confusion"), call.out());
    assertTrue(call.err().startsWith("bench: 2 cases on cpu"), call.err());
  }

  @Test
  void whatItDoesNotKnowIsAUsageError() {
    Golden.Call unknown = bench("--kernel", "confusoin");
    assertEquals(2, unknown.exitCode());
    assertTrue(unknown.err().contains("confusoin") && unknown.err().contains("pixel_signals"));
    assertEquals(2, Golden.assay("bench", "--seconds", "0").exitCode());
    assertEquals(2, Golden.assay("bench", "--backend", "gpu").exitCode());
  }

  private static Golden.Call bench(String... more) {
    String[] args = {"bench", "--backend", "cpu", "--threads", "1", "--seconds", "0.02"};
    return Golden.assay(
        Stream.concat(Arrays.stream(args), Arrays.stream(more)).toArray(String[]::new));
  }
}
