package dev.assay.cli.gpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process whose lines of output are heard as they come, and which is ended when its time is over,
 * with all that it started.
 */
final class LineProcess {
  private LineProcess() {}

  /**
   * Runs a process to its end.
   *
   * @param builder says where its errors go; its input stays open and empty while this process
   *     lives
   * @param seconds after which it is ended
   * @return its exit code; empty when it was ended
   */
  static OptionalInt run(ProcessBuilder builder, double seconds, Consumer<String> line)
      throws IOException, InterruptedException {
    Process process = builder.start();
    Watch watch = new Watch(process, seconds);
    watch.start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        line.accept(text);
      }
    } finally {
      watch.join();
    }
    return watch.ended ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  /** Ends the process should it not end by itself. */
  private static final class Watch extends Thread {
    private final Process process;
    private final long nanos;
    private volatile boolean ended;

    Watch(Process process, double seconds) {
      super("watch over " + process.pid());
      this.process = process;
      this.nanos = (long) (seconds * 1e9);
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        if (!process.waitFor(nanos, TimeUnit.NANOSECONDS)) {
          ended = true;
          end(process.toHandle());
        }
      } catch (InterruptedException e) {
        end(process.toHandle());
      }
    }
  }

  /** Ends a process first, so that it starts no others, then its descendants. */
  static void end(ProcessHandle process) {
    var descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
