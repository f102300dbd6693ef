package dev.assay.experiment;

import java.util.EnumMap;
import java.util.Map;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Where the time of acquisition steps goes. Every measured piece is also an event {@code
 * dev.assay.StepPart} of the Java Flight Recorder. Confined to one thread.
 */
final class StepClock {
  /** Pieces of a step. */
  enum Part {
    /** Forward passes of the segmenter for state and candidates. */
    FORWARD,
    /** Region signals, features, KL histograms, Q values and picks. */
    CHOOSE,
    /** Training the segmenter. */
    TRAIN,
    /** Evaluating the segmenter for the reward. */
    REWARD,
    /** Updating the query network. */
    UPDATE
  }

  /** One piece of a step. */
  @Name("dev.assay.StepPart")
  @Label("Part of an acquisition step")
  @Category("Assay")
  @StackTrace(false)
  static final class StepPart extends Event {
    @Label("Part")
    @Description("forward, choose, train, reward or update")
    String part;
  }

  private final Map<Part, Long> nanos = new EnumMap<>(Part.class);

  /** Work that is timed. */
  @FunctionalInterface
  interface Work<T> {
    T run();
  }

  /** Runs {@code work} on the clock of {@code part}. */
  <T> T time(Part part, Work<T> work) {
    StepPart event = new StepPart();
    event.begin();
    long start = System.nanoTime();
    try {
      return work.run();
    } finally {
      nanos.merge(part, System.nanoTime() - start, Long::sum);
      event.part = part.name().toLowerCase(java.util.Locale.ROOT);
      event.commit();
    }
  }

  /** Seconds spent in one part so far. */
  double seconds(Part part) {
    return nanos.getOrDefault(part, 0L) / 1e9;
  }
}
