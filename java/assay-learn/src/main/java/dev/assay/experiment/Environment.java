package dev.assay.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The content of {@code env.json}: where a run ran, and what it therefore did not exercise. */
final class Environment {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Environment() {}

  static Map<String, Object> describe(Workbench bench, List<String> command) {
    ExperimentConfig config = bench.config();
    Map<String, Object> environment = new LinkedHashMap<>();
    environment.put("command", command);
    environment.put("assay", version());
    environment.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    environment.put("architecture", System.getProperty("os.arch"));
    environment.put("cpu", cpu());
    environment.put("cpu_threads_available", Runtime.getRuntime().availableProcessors());
    environment.put("threads", config.machine().threads());
    environment.put("omp_num_threads", System.getenv("OMP_NUM_THREADS"));
    environment.put("seeds", config.seeds());
    boolean onCpu = bench.device().isCpu();
    environment.put("backend", onCpu ? "cpu" : "cuda");
    environment.put(
        "not_exercised",
        onCpu ? List.of("cuda: networks and kernels of this run ran on the CPU") : List.of());
    return environment;
  }

  /** The command that started {@code run}, which resuming keeps; empty if it was not noted. */
  static List<String> command(RunDirectory run) throws IOException {
    List<String> words = new ArrayList<>();
    if (Files.exists(run.environment())) {
      RunFiles.JSON
          .readTree(Files.readString(run.environment()))
          .path("command")
          .forEach(word -> words.add(word.asText()));
    }
    return words;
  }

  private static String version() {
    String version = Environment.class.getPackage().getImplementationVersion();
    return version == null ? "development build" : version;
  }

  private static String cpu() {
    try {
      return Files.readAllLines(CPU_INFO).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown: " + e.getMessage();
    }
  }
}
