package dev.assay;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Data beside the checkout that some tests use: vectors, splits and images that are not ours. */
public final class SharedData {
  private SharedData() {}

  /** A file or folder of it; where it is not there the test is skipped, and says so. */
  public static Path require(String name) {
    String set = System.getProperty("assay.shared", System.getenv("ASSAY_SHARED"));
    Path root =
        set != null
            ? Path.of(set)
            : Path.of(System.getProperty("assay.root", "../..")).resolve("../shared");
    Path path = root.resolve(name).toAbsolutePath().normalize();
    if (!Files.exists(path)) {
      System.out.println("SKIPPED: no shared data at " + path + "; set assay.shared to its folder");
      Assumptions.abort("no shared data at " + path);
    }
    return path;
  }
}
