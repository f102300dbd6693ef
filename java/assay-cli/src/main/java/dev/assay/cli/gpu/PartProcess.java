package dev.assay.cli.gpu;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs every part in a process of its own ({@link PartMain}): a broken context, a library that ends
 * the process, or a kernel that never ends is then the end of one part only.
 */
final class PartProcess implements PartRunner {
  private final CheckSize size;
  private final Path log;

  /**
   * @param log where the processes' errors go, one after the other
   */
  PartProcess(CheckSize size, Path log) {
    this.size = size;
    this.log = log;
  }

  @Override
  public String run(Part part, double seconds, double atMost, Consumer<Entry> heard)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command(part.name(), seconds))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    OptionalInt code =
        LineProcess.run(
            builder,
            atMost,
            text -> {
              Entry entry = EntryLine.parse(text);
              if (entry != null) {
                heard.accept(entry);
              }
            });
    if (code.isEmpty()) {
      return String.format(Locale.ROOT, "still running after %.0f s, ended", atMost);
    }
    return code.getAsInt() == 0 ? null : "exit code " + code.getAsInt() + ": " + lastLine();
  }

  private String lastLine() throws IOException {
    return Files.readString(log).strip().lines().reduce("", (first, second) -> second);
  }

  /** This Java with this class path and these options, and another main class. */
  private List<String> command(String part, double seconds) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    Stream.of("assay.root", "assay.home")
        .filter(key -> System.getProperty(key) != null)
        .forEach(key -> command.add("-D" + key + "=" + System.getProperty(key)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), PartMain.class.getName()));
    command.addAll(List.of(part, Double.toString(seconds), size.name()));
    return command;
  }
}
