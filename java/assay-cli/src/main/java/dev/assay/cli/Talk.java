package dev.assay.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Where a command speaks: data to stdout, talk to stderr. Progress is a bar where stderr is a
 * terminal, and otherwise at most one line every 30 s. Used by one thread.
 */
final class Talk implements AutoCloseable {
  private static final long LINE_EVERY_NANOS = 30_000_000_000L;

  private final PrintStream out;
  private final PrintStream err;
  private final boolean quiet;
  private final boolean terminal;
  private ProgressBar bar;
  private String task = "";
  private long lastLine = System.nanoTime();

  Talk(PrintStream out, PrintStream err, boolean quiet) {
    this.out = out;
    this.err = err;
    this.quiet = quiet;
    this.terminal = err == System.err && isTerminal();
  }

  /** Whether file descriptor 2 is a terminal; System.console() would ask about 0 and 1. */
  private static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /** A line of data. */
  void data(String line) {
    closeBar();
    out.println(line);
    out.flush();
  }

  /** A line of talk. */
  void say(String line) {
    if (!quiet) {
      closeBar();
      err.println(line);
    }
  }

  /**
   * Work went on.
   *
   * @param what names the piece of work; a new name starts a new bar
   * @param total units in all, 0 when unknown
   */
  void progress(String what, long done, long total, String message) {
    if (quiet) {
      return;
    }
    if (terminal) {
      showBar(what, done, total, message);
    } else {
      sayNowAndThen(what, done, total, message);
    }
  }

  private void showBar(String what, long done, long total, String message) {
    if (bar == null || !task.equals(what)) {
      closeBar();
      task = what;
      bar =
          new ProgressBarBuilder()
              .setTaskName(what)
              .setInitialMax(total > 0 ? total : -1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setConsumer(new ConsoleProgressBarConsumer(err))
              .build();
    }
    bar.maxHint(total > 0 ? total : -1);
    bar.stepTo(done);
    bar.setExtraMessage(message);
    if (done == total) {
      closeBar();
    }
  }

  private void sayNowAndThen(String what, long done, long total, String message) {
    long now = System.nanoTime();
    if (now - lastLine >= LINE_EVERY_NANOS) {
      lastLine = now;
      String of = total > 0 ? String.format(Locale.ROOT, "%d/%d", done, total) : "" + done;
      err.println(what + " " + of + (message.isEmpty() ? "" : "  " + message));
    }
  }

  private void closeBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    closeBar();
  }
}
