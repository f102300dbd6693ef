package dev.assay.tests;

import dev.assay.cli.Main;
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

/** Assay in a process of its own, on another emulated machine: this process has its driver. */
final class EmulatedProcess {
  private final ProcessBuilder builder = new ProcessBuilder();
  private final Path directory;
  private String without = "-";

  /**
   * @param directory for what the process says
   */
  EmulatedProcess(Path directory) {
    this.directory = directory;
  }

  /** Sets a variable of its environment. */
  EmulatedProcess with(String variable, String value) {
    builder.environment().put(variable, value);
    return this;
  }

  /** Leaves out jars whose names begin so. */
  EmulatedProcess without(String jars) {
    this.without = jars;
    return this;
  }

  /** Runs {@code assay} with these words. */
  Golden.Call assay(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> !a.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(List.of(words));
    File err = directory.resolve("process.err").toFile();
    Process started = builder.command(command).redirectError(err).start();
    String out = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = started.waitFor();
    return new Golden.Call(code, out, Files.readString(err.toPath()));
  }

  private String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(path.split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith(without))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
