package dev.assay.cli.gpu;

import dev.assay.device.CudaDevice;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.OutOfDeviceMemoryException;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What goes wrong on a GPU, provoked: memory that runs out, and a context that breaks. */
final class DeviceFaults {
  private DeviceFaults() {}

  /**
   * An allocation that cannot be is an error that names it, and the next one that can be succeeds.
   */
  static void outOfMemory(GpuReport report) {
    try (CudaDevice device = CudaDevice.open(0, 0)) {
      long tooMuch = device.totalBytes() + (1L << 30);
      try (DeviceBuffer impossible = device.allocate("more than there is", tooMuch)) {
        report.failed("allocation", impossible.bytes() + " bytes were allocated");
        return;
      } catch (OutOfDeviceMemoryException e) {
        report.passed("allocation", String.valueOf(e.getMessage()));
      }
      try (DeviceBuffer small = device.allocate("a little", 1 << 20)) {
        report.passed("afterwards", small.bytes() + " bytes were allocated");
      }
    }
    try (CudaDevice capped = CudaDevice.open(0, 1 << 20)) {
      try (DeviceBuffer beyond = capped.allocate("beyond the cap", 1 << 21)) {
        report.failed("cap", beyond.bytes() + " bytes were allocated with a cap of 1 MiB");
      } catch (OutOfDeviceMemoryException e) {
        report.passed("cap", String.valueOf(e.getMessage()));
      }
    }
  }

  /** In a process of its own, because a broken context stays broken until its process ends. */
  static void lostDevice(GpuReport report) throws IOException, InterruptedException {
    Path said = Files.createTempFile("assay-lost-device", ".txt");
    try {
      Process process =
          new ProcessBuilder(command())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean ended = process.waitFor((long) report.secondsLeft() + 1, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String text = Files.readString(said).strip();
      if (ended && process.exitValue() == 0) {
        report.passed("illegal address", text);
      } else {
        report.failed(
            "illegal address",
            (ended ? "exit code " + process.exitValue() : "hangs") + ": " + text);
      }
    } finally {
      Files.delete(said);
    }
  }

  /** This Java with this class path and these options, and another main class. */
  private static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), LoseDevice.class.getName()));
    return command;
  }
}
