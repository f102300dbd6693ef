package dev.assay.cli.gpu;

import dev.assay.cli.bench.BenchCase;
import dev.assay.cli.doctor.Installation;
import dev.assay.cli.kernels.Inputs;
import dev.assay.cli.kernels.Job;
import dev.assay.cli.kernels.Kernels;
import dev.assay.cli.kernels.Settings;
import dev.assay.format.FormatException;
import dev.assay.format.NdArray;
import dev.assay.score.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.UnsafeApi;

/**
 * Every kernel on the GPU against its CPU twin: all results the same to the bit, on the golden
 * vectors and on the seeded arrays of the benchmarks.
 */
final class KernelParity {
  /** Settings that a kernel cannot do without; golden files do not hold them. */
  private static final Map<String, Map<String, String>> SETTINGS =
      Map.of("confusion", Map.of("classes", "19"), "k_center", Map.of("budget", "3"));

  /** Opens the same inputs again. */
  private interface Source {
    Inputs open() throws IOException;
  }

  private final CheckSize size;

  KernelParity(CheckSize size) {
    this.size = size;
  }

  void seeded(PartLog log) throws InterruptedException {
    try (Engine cpu = Engine.cpu(0);
        Engine gpu = Engine.cuda(0, 0, 0)) {
      for (BenchCase c : size.kernels()) {
        String name = c.kernel() + " " + c.shape();
        Settings settings = new Settings(c.settings());
        log.attempt(
            name, () -> compare(log, name, c.kernel(), settings, cpu, gpu, () -> inputs(name, c)));
      }
    }
  }

  private static Inputs inputs(String name, BenchCase c) {
    return new Inputs(name, c.arrays().get());
  }

  static void golden(PartLog log) throws IOException, InterruptedException {
    Path folder = goldenFolder();
    if (folder == null) {
      log.skipped("all", "no folder share/golden or tests/golden");
      return;
    }
    try (Engine cpu = Engine.cpu(0);
        Engine gpu = Engine.cuda(0, 0, 0)) {
      golden(log, folder, cpu, gpu);
    }
  }

  private static void golden(PartLog log, Path folder, Engine cpu, Engine gpu)
      throws IOException, InterruptedException {
    int compared = 0;
    for (Path file : files(folder)) {
      for (String kernel : Kernels.names()) {
        Settings settings = new Settings(SETTINGS.getOrDefault(kernel, Map.of()));
        if (accepts(file, kernel, settings, cpu)) {
          String name = kernel + " " + file.getFileName();
          log.attempt(
              name, () -> compare(log, name, kernel, settings, cpu, gpu, () -> new Inputs(file)));
          compared++;
        }
      }
    }
    if (compared == 0) {
      log.failed("all", folder + " has no file that a kernel takes");
    }
  }

  private static Path goldenFolder() {
    Path home = Installation.home();
    String root = System.getProperty("assay.root");
    Path folder =
        home != null
            ? home.resolve("share/golden")
            : root != null ? Path.of(root, "tests", "golden") : null;
    return folder != null && Files.isDirectory(folder) ? folder : null;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".npz")).sorted().toList();
    }
  }

  /** Whether the file has the arrays of this kernel; files of other kernels have not. */
  private static boolean accepts(Path file, String kernel, Settings settings, Engine cpu)
      throws IOException {
    try (Inputs inputs = new Inputs(file);
        Job job = Kernels.named(kernel).prepare(cpu, inputs, settings)) {
      job.run();
      return true;
    } catch (FormatException | IllegalArgumentException e) {
      return false;
    }
  }

  private static void compare(
      PartLog log,
      String name,
      String kernel,
      Settings settings,
      Engine cpu,
      Engine gpu,
      Source source)
      throws IOException {
    try (Inputs forCpu = source.open();
        Inputs forGpu = source.open();
        Job expected = Kernels.named(kernel).prepare(cpu, forCpu, settings);
        Job found = Kernels.named(kernel).prepare(gpu, forGpu, settings)) {
      expected.run();
      found.run();
      List<String> differences = differences(expected.outputs(), found.outputs());
      if (differences.isEmpty()) {
        log.passed(name, "the same bits");
      } else {
        log.failed(name, String.join(", ", differences));
      }
    }
  }

  private static List<String> differences(List<NdArray> expected, List<NdArray> found) {
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      long at = firstDifference(expected.get(i), found.get(i));
      if (at >= 0) {
        differences.add(expected.get(i).name() + " differs at byte " + at);
      }
    }
    return differences;
  }

  private static long firstDifference(NdArray expected, NdArray found) {
    long bytes = expected.buffer().bytes();
    if (bytes != found.buffer().bytes()) {
      return Math.min(bytes, found.buffer().bytes());
    }
    for (long i = 0; i < bytes; i++) {
      if (UnsafeApi.getByte(expected.buffer().address() + i)
          != UnsafeApi.getByte(found.buffer().address() + i)) {
        return i;
      }
    }
    return -1;
  }
}
