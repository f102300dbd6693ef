package dev.assay.device;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import jcuda.driver.JCudaDriver;

/** Loads JCuda's native half and starts the driver, once per process. */
final class DriverLibrary {
  /** CUDA 13 is the first that this build's kernels and networks run on. */
  static final int OLDEST_DRIVER = 13000;

  private static final String FILE = "libJCudaDriver-12.6.0-linux-x86_64.so";
  private static final String TEMPORARY = "java.io.tmpdir";

  /** Why no device can be used, or null; decided once, because drivers do not come and go. */
  private static final class Holder {
    static final String WHY_NOT = start();
  }

  private DriverLibrary() {}

  static String whyNot() {
    return Holder.WHY_NOT;
  }

  private static String start() {
    // Containers often keep it where the linker does not look. What fails here is JCuda's to
    // report.
    CudaLibraries.in(LibraryFolders.here()).load(EnumSet.of(CudaLibrary.Family.DRIVER));
    try {
      load();
    } catch (LinkageError e) {
      return reason(e);
    } catch (IOException e) {
      return FILE + " could not be unpacked: " + e.getMessage();
    }
    return probe();
  }

  private static String probe() {
    int code = JCudaDriver.cuInit(0);
    if (code != 0) {
      return "the driver does not start: " + CudaErrors.text(code);
    }
    int[] version = new int[1];
    JCudaDriver.cuDriverGetVersion(version);
    if (version[0] < OLDEST_DRIVER) {
      return "the driver is too old: found CUDA "
          + version[0] / 1000
          + "."
          + version[0] % 1000 / 10
          + ", expected 13.0 or newer (driver r580 or newer)";
    }
    int[] count = new int[1];
    code = JCudaDriver.cuDeviceGetCount(count);
    if (code != 0) {
      return "the driver lists no devices: " + CudaErrors.text(code);
    }
    return count[0] > 0 ? null : "the driver lists no device";
  }

  /**
   * JCuda takes its library from {@code java.library.path}, else from the temporary directory,
   * where anyone may have put a file of that name. So our copy goes into a directory of our own,
   * which is the temporary directory for as long as JCuda looks.
   */
  private static void load() throws IOException {
    try (InputStream packed = DriverLibrary.class.getResourceAsStream("linux-x86_64/" + FILE)) {
      if (packed == null) {
        JCudaDriver.setExceptionsEnabled(false);
        return;
      }
      Path directory = Files.createTempDirectory("assay-jcuda");
      Path file = directory.resolve(FILE);
      String before = System.getProperty(TEMPORARY);
      try {
        Files.copy(packed, file);
        System.setProperty(TEMPORARY, directory.toString());
        JCudaDriver.setExceptionsEnabled(false);
      } finally {
        System.setProperty(TEMPORARY, before);
        Files.deleteIfExists(file);
        Files.delete(directory);
      }
    }
  }

  private static String reason(LinkageError e) {
    String text = String.valueOf(e.getMessage());
    if (text.contains("libcuda.so.1")) {
      return "no NVIDIA driver: libcuda.so.1 was not found";
    }
    if (e instanceof NoClassDefFoundError) {
      return "JCuda (org.jcuda:jcuda:12.6.0) is not on the class path";
    }
    return "JCuda's driver library could not be loaded: " + text.lines().findFirst().orElse("");
  }
}
