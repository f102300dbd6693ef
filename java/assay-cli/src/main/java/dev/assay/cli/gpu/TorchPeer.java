package dev.assay.cli.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.cli.doctor.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The same networks and scores by PyTorch, where this machine's python3 has one that sees the GPU.
 */
final class TorchPeer {
  static final String NAME = "PyTorch";

  private static final int NO_TORCH = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CheckSize size;

  TorchPeer(CheckSize size) {
    this.size = size;
  }

  void run(PartLog log) throws IOException, InterruptedException {
    Path script = script();
    if (script == null) {
      log.skipped("all", "no share/peers/gpu_torch.py or bench/peers/gpu_torch.py");
      return;
    }
    Path errors = Files.createTempFile("assay-torch", ".err");
    try {
      OptionalInt code = measure(log, script, errors);
      if (code.isEmpty()) {
        log.skipped("the rest", "no time left");
      } else if (code.getAsInt() == NO_TORCH) {
        log.skipped("all", Files.readString(errors).strip());
      } else if (code.getAsInt() != 0) {
        // What breaks there is no failure of ours.
        log.skipped("the rest", "exit code " + code.getAsInt() + ": " + lastLine(errors));
      }
    } finally {
      Files.delete(errors);
    }
  }

  private OptionalInt measure(PartLog log, Path script, Path errors)
      throws IOException, InterruptedException {
    double seconds = log.secondsLeft();
    String whole = Integer.toString((int) seconds);
    ProcessBuilder python =
        new ProcessBuilder("python3", script.toString(), "--seconds", whole)
            .redirectError(errors.toFile());
    if (size == CheckSize.SMALL) {
      python.command().addAll(List.of("--scale", "0.05"));
    }
    try {
      return LineProcess.run(python, seconds, line -> row(log, line));
    } catch (IOException e) {
      Files.writeString(errors, "python3 cannot be started: " + e.getMessage());
      return OptionalInt.of(NO_TORCH);
    }
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

  /** A line of JSON is a measurement; libraries print others. */
  private static void row(PartLog log, String text) {
    try {
      JsonNode line = JSON.readTree(text);
      Map<String, Double> values = new LinkedHashMap<>();
      line.path("values")
          .properties()
          .forEach(e -> values.put(e.getKey(), e.getValue().asDouble()));
      if (!values.isEmpty()) {
        log.measured(line.path("name").asText(), values);
      }
    } catch (JsonProcessingException e) {
      System.err.println(text);
    }
  }
}
