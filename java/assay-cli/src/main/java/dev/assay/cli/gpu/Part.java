package dev.assay.cli.gpu;

/**
 * One check or measurement. Stateless: what it finds goes into the report.
 *
 * @param name as the report calls it
 * @param seconds the most it may take; it stops by itself when {@link GpuReport#secondsLeft} is 0
 * @param body does it; what it throws is a failure of this part and of no other
 */
public record Part(String name, double seconds, Body body) {
  /** The work. */
  @FunctionalInterface
  public interface Body {
    /** Writes what it finds into {@code report}. */
    void run(GpuReport report) throws Exception;
  }
}
