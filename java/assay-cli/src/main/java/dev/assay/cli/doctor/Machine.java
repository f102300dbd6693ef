package dev.assay.cli.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The Java runtime, the processor, memory and places to write. */
public final class Machine {
  private static final int OLDEST_JAVA = 17;
  private static final double LEAST_GIB = 4;
  private static final List<String> FEATURES =
      List.of("avx2", "fma", "f16c", "avx512f", "avx512_bf16", "avx512_fp16", "amx_bf16");

  private Machine() {}

  /** All checks of this group. */
  public static List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(java());
    checks.add(processor());
    checks.add(threads());
    checks.add(memory());
    checks.add(temporary());
    return checks;
  }

  private static Check java() {
    String found =
        System.getProperty("java.vendor")
            + " "
            + Runtime.version()
            + " at "
            + System.getProperty("java.home");
    return Runtime.version().feature() >= OLDEST_JAVA
        ? Check.ok("java", found)
        : Check.fail("java", found, "install a JDK " + OLDEST_JAVA + " or newer");
  }

  private static Check processor() {
    String model = cpuInfo("model name");
    Set<String> flags = Set.of(cpuInfo("flags").split(" "));
    List<String> has = FEATURES.stream().filter(flags::contains).toList();
    String found = model + "; " + (has.isEmpty() ? "no AVX2" : String.join(" ", has));
    return has.contains("avx2")
        ? Check.ok("cpu", found)
        : Check.warn("cpu", found, "expect slow kernels: they are tuned for AVX2 and AVX-512");
  }

  private static Check threads() {
    int cores = Runtime.getRuntime().availableProcessors();
    String omp = System.getenv("OMP_NUM_THREADS");
    String found = cores + " cores; OMP_NUM_THREADS=" + omp;
    return omp != null && omp.matches("\\d+") && Integer.parseInt(omp) > cores
        ? Check.warn("threads", found, "set OMP_NUM_THREADS to at most " + cores)
        : Check.ok("threads", found);
  }

  private static Check memory() {
    double available = kibibytes("MemAvailable") / 1048576.0;
    double total = kibibytes("MemTotal") / 1048576.0;
    String found =
        String.format(
            Locale.ROOT,
            "%.1f of %.1f GiB available; Java heap up to %.1f GiB",
            available,
            total,
            Runtime.getRuntime().maxMemory() / (double) (1 << 30));
    return available >= LEAST_GIB
        ? Check.ok("memory", found)
        : Check.warn("memory", found, "free memory: training wants about " + LEAST_GIB + " GiB");
  }

  /** Native libraries are unpacked into a place that must allow execution. */
  private static Check temporary() {
    Path directory = Path.of(System.getProperty("java.io.tmpdir"));
    String fix =
        "point java.io.tmpdir (ASSAY_JAVA_OPTS=-Djava.io.tmpdir=DIR) at a folder without noexec";
    try {
      Path script = Files.createTempFile(directory, "assay-doctor", ".sh");
      try {
        Files.writeString(script, "#!/bin/sh\nexit 7\n");
        if (!script.toFile().setExecutable(true)) {
          return Check.fail("temp dir", directory + ": files cannot be made executable", fix);
        }
        Process process = new ProcessBuilder(script.toString()).start();
        boolean ran = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 7;
        return ran
            ? Check.ok("temp dir", directory + " allows execution")
            : Check.fail("temp dir", directory + ": a script did not run", fix);
      } finally {
        Files.delete(script);
      }
    } catch (IOException e) {
      return Check.fail("temp dir", directory + ": " + e.getMessage(), fix);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.fail("temp dir", directory + ": interrupted", fix);
    }
  }

  private static String cpuInfo(String key) {
    return value(Path.of("/proc/cpuinfo"), key);
  }

  private static long kibibytes(String key) {
    String digits = value(Path.of("/proc/meminfo"), key).replaceAll("\\D", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  private static String value(Path file, String key) {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown (" + e.getMessage() + ")";
    }
  }
}
