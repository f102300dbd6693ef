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

  /** Whether the part has to stop; says then that {@code name} was not done. */
  boolean isOver(String name) {
    boolean over = secondsLeft() <= 0;
    if (over) {
      skipped(name, "no time left");
    }
    return over;
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
