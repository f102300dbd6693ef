package dev.assay.cli;

import dev.assay.score.Engine;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options that say where a command computes. */
final class EngineOptions {
  private static final Pattern SIZE =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,6})?)\\s*([KMGT]i?B|B?)");

  @Option(
      names = "--backend",
      defaultValue = "auto",
      description = "auto, cpu or cuda (default ${DEFAULT-VALUE}).")
  private String backend;

  @Option(
      names = "--threads",
      defaultValue = "0",
      description = "CPU threads; 0 means all (default).")
  private int threads;

  @Option(
      names = "--device",
      paramLabel = "N",
      defaultValue = "0",
      description = "Number of the GPU, as nvidia-smi lists them (default ${DEFAULT-VALUE}).")
  private int device;

  @Option(
      names = "--device-memory",
      paramLabel = "SIZE",
      description = "Most GPU memory to allocate, for example 4GiB (default: all there is).")
  private String deviceMemory;

  int threads() {
    return threads;
  }

  Engine open() {
    if (device < 0) {
      throw new UsageException("--device " + device + ": expected a GPU's number, 0 or more");
    }
    return Engine.open(BaseCommand.backend(backend), device, threads, cap());
  }

  private long cap() {
    return deviceMemory == null ? 0 : bytes(deviceMemory);
  }

  /** Bytes of a size like {@code 4GiB}, {@code 500MB} or {@code 1073741824}. */
  static long bytes(String size) {
    Matcher matcher = SIZE.matcher(size);
    if (!matcher.matches()) {
      throw wrong(size);
    }
    String unit = matcher.group(2).toUpperCase(Locale.ROOT);
    int power = unit.isEmpty() || unit.equals("B") ? 0 : 1 + "KMGT".indexOf(unit.charAt(0));
    double bytes =
        Double.parseDouble(matcher.group(1)) * Math.pow(unit.contains("I") ? 1024 : 1000, power);
    if (!(bytes >= 1 && bytes <= Long.MAX_VALUE)) {
      throw wrong(size);
    }
    return (long) bytes;
  }

  private static UsageException wrong(String size) {
    return new UsageException(
        "--device-memory " + size + ": expected a size of at least one byte, for example 4GiB");
  }
}
