package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that were killed, refused or starved, and then resumed. */
class ResumeTest {
  private static final Set<String> KEPT =
      Set.of(
          "selection.json",
          "scores.csv",
          "audit.csv",
          "checkpoint.safetensors",
          "final.safetensors",
          "DONE");

  private static final List<String> COMMAND = List.of("java/assay", "run", "a b.yaml");

  @TempDir Path temp;

  /** A process that runs or resumes, and stops to be killed after some progress events. */
  public static final class Victim {
    private Victim() {}

    /** Arguments: directory, cache, progress events before it waits to be killed, overrides. */
    public static void main(String[] args) throws IOException {
      Path directory = Path.of(args[0]);
      long[] left = {Long.parseLong(args[2])};
      ProgressListener listener =
          (phase, done, total, message) -> {
            if (--left[0] == 0) {
              System.out.println("kill me");
              System.out.flush();
              while (true) {
                try {
                  Thread.sleep(1000);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            }
          };
      Experiment experiment = new Experiment(TinyWorld.in(Path.of(args[1])), listener);
      if (Files.exists(directory.resolve("run.json"))) {
        experiment.resume(directory, List.of());
      } else {
        experiment.start(
            TinyWorld.config(List.of(args).subList(3, args.length).toArray(new String[0])),
            directory,
            COMMAND);
      }
    }
  }

  private RunDirectory complete(String name, ExperimentConfig config) throws IOException {
    return new Experiment(TinyWorld.in(temp.resolve("cache")), ProgressListener.SILENT)
        .start(config, temp.resolve(name), COMMAND);
  }

  /** Starts a victim and kills it with SIGKILL; true if it finished before. */
  private boolean runAndKill(Path directory, long events, String... overrides)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--add-opens") || argument.startsWith("-Dorg.bytedeco")) {
        command.add(argument);
      }
    }
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            Victim.class.getName(),
            directory.toString(),
            temp.resolve("cache").toString(),
            Long.toString(events)));
    command.addAll(List.of(overrides));
    Process process =
        new ProcessBuilder(command).redirectError(temp.resolve("victim.err").toFile()).start();
    try (InputStream out = process.getInputStream()) {
      // Ends with "kill me", or with the end of the stream when the run has finished.
      boolean asked = out.read() >= 0;
      process.destroyForcibly();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      if (!asked) {
        assertEquals(0, process.exitValue(), () -> read(temp.resolve("victim.err")));
      }
      return !asked;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static List<String> resultsWithoutSeconds(Path directory) throws IOException {
    return Files.readAllLines(directory.resolve("results.csv")).stream()
        .map(line -> line.replaceAll("(,[^,]*){3}$", ""))
        .toList();
  }

  /** Every selection, score table, audit and checkpoint, by path. */
  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (KEPT.contains(file.getFileName().toString())) {
          contents.put(
              directory.relativize(file).toString(),
              java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
        }
      }
    }
    return contents;
  }

  private static void assertSame(Path expected, Path found) throws IOException {
    Map<String, String> whole = contents(expected);
    Map<String, String> resumed = contents(found);
    assertEquals(whole.keySet(), resumed.keySet());
    List<String> differing =
        whole.keySet().stream().filter(f -> !whole.get(f).equals(resumed.get(f))).toList();
    assertEquals(List.of(), differing, "files that differ");
    assertEquals(resultsWithoutSeconds(expected), resultsWithoutSeconds(found));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aRunKilledAgainAndAgainEndsAsIfItHadNotBeen(long seed)
      throws IOException, InterruptedException {
    // Checkpoints after nearly every training step, so that kills also fall between them.
    String[] overrides = {
      "machine.checkpoint_minutes=1e-9", "strategies=[class_aware_random, entropy]", "seeds=[3]"
    };
    RunDirectory whole = complete("whole", TinyWorld.config(overrides));
    Random random = new Random(seed);
    Path killed = temp.resolve("killed");
    int kills = 0;
    while (!runAndKill(killed, 1 + random.nextInt(25), overrides)) {
      kills++;
      assertTrue(kills < 100, "the run makes no progress");
    }
    int count = kills;
    assertTrue(kills >= 2, () -> "killed only " + count + " times; seed " + seed);
    assertSame(whole.root(), killed);
  }

  @Test
  void aSupervisedRunResumesInsideItsSchedule() throws IOException, InterruptedException {
    String[] overrides = {
      "protocol.kind=supervised",
      "protocol.supervised_steps=23",
      "protocol.evaluate_every=10",
      "machine.checkpoint_minutes=1e-9",
      "seeds=[8]"
    };
    RunDirectory whole = complete("whole", TinyWorld.config(overrides));
    Path killed = temp.resolve("killed");
    for (int events : new int[] {4, 9, 5}) {
      assertTrue(!runAndKill(killed, events, overrides));
    }
    assertTrue(runAndKill(killed, 1_000_000, overrides));
    assertEquals(COMMAND, Environment.command(new RunDirectory(killed)));
    assertSame(whole.root(), killed);
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void aRunOfRalisProtocolResumes(long seed) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(TinyWorld.RALIS);
    all.addAll(
        List.of(
            "machine.checkpoint_minutes=1e-9",
            "strategies=[random, entropy, bald, ralis]",
            "seeds=[1]"));
    String[] overrides = all.toArray(new String[0]);
    RunDirectory whole = complete("whole", TinyWorld.config(overrides));
    Random random = new Random(seed);
    Path killed = temp.resolve("killed");
    int kills = 0;
    while (!runAndKill(killed, 1 + random.nextInt(60), overrides)) {
      kills++;
      assertTrue(kills < 100, "the run makes no progress");
    }
    assertTrue(kills >= 2, "killed too rarely; seed " + seed);
    assertTrue(Files.exists(killed.resolve("policy/policy.safetensors")));
    assertSame(whole.root(), killed);
  }

  @Test
  void aTornEventLineIsCutOff() throws IOException {
    RunDirectory run = complete("run", TinyWorld.config("strategies=[random]", "seeds=[1]"));
    long lines = Files.readAllLines(run.events()).size();
    Files.writeString(run.events(), "{\"time\":\"2026", StandardOpenOption.APPEND);
    try (EventLog log = new EventLog(run.events())) {
      log.add("looked_at");
    }
    List<String> after = Files.readAllLines(run.events());
    assertEquals(lines + 1, after.size());
    assertTrue(after.get(after.size() - 1).endsWith("\"event\":\"looked_at\"}"));
  }

  @Test
  void aChangedConfigurationIsRefusedAndMachineOptionsAreNot() throws IOException {
    RunDirectory run = complete("run", TinyWorld.config("strategies=[random]", "seeds=[1]"));
    Experiment experiment =
        new Experiment(TinyWorld.in(temp.resolve("cache")), ProgressListener.SILENT);
    experiment.resume(run.root(), List.of("machine.threads=1"));
    assertTrue(
        assertThrows(
                ConfigException.class,
                () -> experiment.resume(run.root(), List.of("training.momentum=0.5")))
            .getMessage()
            .contains("machine.*"));
    String yaml = Files.readString(run.config());
    Files.writeString(run.config(), yaml.replace("learning_rate: 0.5", "learning_rate: 0.25"));
    String message =
        assertThrows(ExperimentException.class, () -> experiment.resume(run.root(), List.of()))
            .getMessage();
    assertTrue(message.contains("training.learning_rate: 0.5 -> 0.25"), message);
  }

  @Test
  void aDirectoryWithoutARunIsNamed() {
    ExperimentException e =
        assertThrows(
            ExperimentException.class,
            () ->
                new Experiment(TinyWorld.in(temp), ProgressListener.SILENT)
                    .resume(temp.resolve("nothing"), List.of()));
    assertTrue(e.getMessage().contains("no such directory"), e.getMessage());
  }

  @Test
  void aFullDiskStopsTheRunAndRoomLetsItGoOn() throws IOException, InterruptedException {
    Path small = Files.createDirectory(temp.resolve("small"));
    if (command("mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", small.toString()) != 0) {
      System.out.println("SKIPPED: full disk: mounting a small tmpfs needs root");
      return;
    }
    try {
      ExperimentConfig config = TinyWorld.config("seeds=[3]");
      Experiment experiment =
          new Experiment(TinyWorld.in(temp.resolve("cache")), ProgressListener.SILENT);
      Path directory = small.resolve("run");
      ExperimentException e =
          assertThrows(
              ExperimentException.class, () -> experiment.start(config, directory, COMMAND));
      assertTrue(e.getMessage().contains("No space left"), e.getMessage());
      assertTrue(e.getMessage().contains("cannot be written"), e.getMessage());
      assertTrue(e.getMessage().contains(directory.toString()), e.getMessage());
      assertEquals(0, command("mount", "-o", "remount,size=20m", small.toString()));
      experiment.resume(directory, List.of());
      assertSame(complete("whole", config).root(), directory);
    } finally {
      assertEquals(0, command("umount", small.toString()));
    }
  }

  private static int command(String... words) throws IOException, InterruptedException {
    return new ProcessBuilder(words).redirectErrorStream(true).inheritIO().start().waitFor();
  }
}
