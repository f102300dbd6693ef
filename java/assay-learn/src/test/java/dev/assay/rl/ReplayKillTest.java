package dev.assay.rl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process fills a replay buffer as fast as it can and is killed, again and again. */
class ReplayKillTest {
  private static final ReplayConfig CONFIG = Experience.config(6 * Experience.POOLS);

  @TempDir Path folder;

  /** Goes on from what the file holds, for ever. */
  public static void main(String[] args) throws IOException {
    try (Experience experience = new Experience();
        ReplayBuffer buffer = ReplayBuffer.open(Path.of(args[0]), CONFIG)) {
      System.out.println("ready");
      while (true) {
        long step = buffer.completedSteps();
        experience.live(buffer, step, step + 1);
      }
    }
  }

  @Test
  void whatIsKeptIsWhole() throws IOException, InterruptedException {
    Path file = folder.resolve("replay");
    Random random = new Random(21);
    long before = 0;
    for (int kill = 0; kill < 4; kill++) {
      Process writer = start(file);
      assertEquals('r', writer.getInputStream().read(), "the writer did not start");
      TimeUnit.MILLISECONDS.sleep(50 + random.nextInt(150));
      writer.destroyForcibly();
      assertTrue(writer.waitFor(60, TimeUnit.SECONDS));
      try (ReplayBuffer buffer = ReplayBuffer.open(file, CONFIG)) {
        long steps = buffer.completedSteps();
        assertTrue(steps >= before, steps + " steps after " + before);
        // One slot may have been half overwritten; it held a step outside the window or the next.
        ReplayBufferTest.contents(buffer);
        assertTrue(buffer.size() >= (Math.min(steps, 6) - 1) * Experience.POOLS);
        before = steps;
      }
    }
    assertTrue(before > 6, before + " steps in four lives");
  }

  private static Process start(Path file) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(List.of("--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ReplayKillTest.class.getName(), file.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
