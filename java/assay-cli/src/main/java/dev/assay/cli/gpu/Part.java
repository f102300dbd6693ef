package dev.assay.cli.gpu;

/**
 * One check or measurement. Stateless: what it finds goes into its log.
 *
 * @param name as the report calls it
 * @param seconds the most it may take; it stops by itself when {@link PartLog#secondsLeft} is 0
 * @param body does it; what it throws is a failure of this part and of no other
 */
public record Part(String name, double seconds, Body body) {
  /** The work. */
  @FunctionalInterface
  public interface Body {
    /** Writes what it finds into {@code log}. */
    void run(PartLog log) throws Exception;
  }

  /** Runs it; whatever it throws becomes an entry, too. */
  void attempt(PartLog log) {
    try {
      body.run(log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.failed("all", "interrupted");
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      log.failed("all", e.toString());
    }
  }
}
