package dev.assay;

import dev.assay.format.NpzReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Assumptions;

/**
 * A file of the folder of golden vectors, {@code -Dassay.golden=DIR} or tests/golden. One that is
 * not there is reported as missing, never as passed; one that is read is noted in the file {@code
 * -Dassay.golden.read=FILE}.
 */
public final class GoldenFile {
  private GoldenFile() {}

  /** Opens a file, or ends the test as missing when it is not there. */
  public static NpzReader open(String name) throws IOException {
    String folder = System.getProperty("assay.golden", "");
    Path file =
        (folder.isEmpty()
                ? Path.of(System.getProperty("assay.root", "../.."), "tests", "golden")
                : Path.of(folder))
            .resolve(name + ".npz");
    if (!Files.exists(file)) {
      System.out.println("SKIPPED: missing golden file " + file);
      Assumptions.abort("missing: " + file);
    }
    note(name);
    return NpzReader.open(file);
  }

  private static void note(String name) throws IOException {
    String read = System.getProperty("assay.golden.read", "");
    if (!read.isEmpty()) {
      Files.writeString(
          Path.of(read), name + ".npz\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
