package dev.assay.cli.select;

import dev.assay.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lines of {@code class,policy class}; empty ones and those from {@code #} on are skipped. */
final class ClassMapFile {
  private ClassMapFile() {}

  /**
   * Reads a map.
   *
   * @throws FormatException naming file and line
   */
  static Map<String, String> read(Path file) throws IOException {
    Map<String, String> map = new TreeMap<>();
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] names = line.split("\\s*,\\s*", -1);
      if (names.length != 2 || names[0].isEmpty() || names[1].isEmpty()) {
        throw wrong(file, i, line, "class,policy class");
      }
      if (map.put(names[0], names[1]) != null) {
        throw wrong(file, i, line, "one line for " + names[0]);
      }
    }
    return map;
  }

  private static FormatException wrong(Path file, int line, String found, String expected) {
    return new FormatException(
        "%s:%d: found '%s', expected %s".formatted(file, line + 1, found, expected));
  }
}
