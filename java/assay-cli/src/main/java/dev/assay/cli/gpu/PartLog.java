package dev.assay.cli.gpu;

import java.util.Map;
import java.util.function.Consumer;

/** What a running part finds goes in here, one entry after the other; and what time it has left. */
public final class PartLog {
  private final String part;
  private final Consumer<Entry> heard;
  private final long deadline;

  /**
   * The log of one run.
   *
   * @param part its name
   * @param seconds it may take
   * @param heard is called with every entry at once
   */
  PartLog(String part, double seconds, Consumer<Entry> heard) {
    this.part = part;
    this.heard = heard;
    this.deadline = System.nanoTime() + (long) (seconds * 1e9);
  }

  /** What the part may still take; 0 when it has to stop. */
  double secondsLeft() {
    return Math.max(0, (deadline - System.nanoTime()) / 1e9);
  }

  /** One piece of a part. */
  @FunctionalInterface
  interface Piece {
    void run() throws Exception;
  }

  /** Does {@code piece} if there is time; what it throws is a failure of {@code name} alone. */
  void attempt(String name, Piece piece) throws InterruptedException {
    if (secondsLeft() <= 0) {
      skipped(name, "no time left");
      return;
    }
    try {
      piece.run();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      failed(name, e.toString());
    }
  }

  void fact(String name, Object value) {
    heard.accept(new Entry.Fact(part, name, value.toString()));
  }

  void passed(String name, String detail) {
    heard.accept(new Entry.Finding(part, name, Entry.Verdict.PASSED, detail));
  }

  void failed(String name, String detail) {
    heard.accept(new Entry.Finding(part, name, Entry.Verdict.FAILED, detail));
  }

  void skipped(String name, String reason) {
    heard.accept(new Entry.Finding(part, name, Entry.Verdict.SKIPPED, reason));
  }

  void measured(String name, Map<String, Double> values) {
    heard.accept(new Entry.Row(part, name, values));
  }
}
