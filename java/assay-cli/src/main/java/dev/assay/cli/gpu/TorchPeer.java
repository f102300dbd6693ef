package dev.assay.cli.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.cli.doctor.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The same networks and scores by PyTorch, where this machine's python3 has one that sees the GPU.
 */
final class TorchPeer {
  private static final int NO_TORCH = 4;

  private TorchPeer() {}

  static void run(GpuReport report) throws IOException, InterruptedException {
    Path script = script();
    if (script == null) {
      report.skipped("all", "no share/peers/gpu_torch.py or bench/peers/gpu_torch.py");
      return;
    }
    Path said = Files.createTempFile("assay-torch", ".jsonl");
    Path errors = Files.createTempFile("assay-torch", ".err");
    try {
      int code = measure(report, script, said, errors);
      for (String line : Files.readAllLines(said)) {
        row(report, new ObjectMapper().readTree(line));
      }
      if (code == NO_TORCH) {
        report.skipped("all", Files.readString(errors).strip());
      } else if (code != 0) {
        report.failed("all", "exit code " + code + ": " + lastLine(errors));
      }
    } catch (IOException e) {
      report.skipped("all", "python3 cannot be started: " + e.getMessage());
    } finally {
      Files.delete(said);
      Files.delete(errors);
    }
  }

  private static int measure(GpuReport report, Path script, Path said, Path errors)
      throws IOException, InterruptedException {
    int seconds = (int) report.secondsLeft();
    Process process =
        new ProcessBuilder("python3", script.toString(), "--seconds", Integer.toString(seconds))
            .redirectOutput(said.toFile())
            .redirectError(errors.toFile())
            .start();
    if (!process.waitFor(seconds + 20L, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      report.skipped("the rest", "no time left");
      return 0;
    }
    return process.exitValue();
  }

  private static Path script() {
    String root = System.getProperty("assay.root");
    Path home = Installation.home();
    Path script =
        home != null
            ? home.resolve("share/peers/gpu_torch.py")
            : root != null ? Path.of(root, "bench", "peers", "gpu_torch.py") : null;
    return script != null && Files.exists(script) ? script : null;
  }

  private static String lastLine(Path file) throws IOException {
    return Files.readString(file).strip().lines().reduce("", (first, second) -> second);
  }

  private static void row(GpuReport report, JsonNode line) {
    Map<String, Double> values = new LinkedHashMap<>();
    line.path("values").properties().forEach(e -> values.put(e.getKey(), e.getValue().asDouble()));
    report.measured(line.path("name").asText(), values);
  }
}
