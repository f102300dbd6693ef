package dev.assay.score;

import dev.assay.memory.Span;
import java.util.Set;
import org.agrona.UnsafeApi;

/**
 * A look at the region signals in their session's memory; valid until the session's next call. The
 * array getters copy.
 */
public final class RegionSignalsResult {
  private final int regions;
  private final int classes;
  private final Set<Signal> wanted;
  private final ResultBuffers<Signal> buffers;

  RegionSignalsResult(int regions, int classes, Set<Signal> wanted, ResultBuffers<Signal> buffers) {
    this.regions = regions;
    this.classes = classes;
    this.wanted = wanted;
    this.buffers = buffers;
  }

  /** Number of regions R. */
  public int regions() {
    return regions;
  }

  /** Number of classes C. */
  public int classes() {
    return classes;
  }

  /** The signal's off-heap memory. */
  public Span span(Signal signal) {
    if (!wanted.contains(signal)) {
      throw new IllegalStateException(signal + " was not asked for; asked for were " + wanted);
    }
    return buffers.get(signal);
  }

  /** Pixels by predicted class, [R, C] row by row. */
  public int[] classHistogram() {
    long from = span(Signal.CLASS_HISTOGRAM).address();
    int[] values = new int[Math.multiplyExact(regions, classes)];
    for (int i = 0; i < values.length; i++) {
      values[i] = UnsafeApi.getInt(from + 4L * i);
    }
    return values;
  }

  /** Smallest entropy of each pooled cell, [R, 8, 8], nats. */
  public float[] entropyMin() {
    return floats(Signal.ENTROPY_MIN);
  }

  /** Mean entropy of each pooled cell, [R, 8, 8], nats. */
  public float[] entropyAvg() {
    return floats(Signal.ENTROPY_AVG);
  }

  /** Largest entropy of each pooled cell, [R, 8, 8], nats. */
  public float[] entropyMax() {
    return floats(Signal.ENTROPY_MAX);
  }

  /** Mean entropy, [R], nats. */
  public float[] entropyMean() {
    return floats(Signal.ENTROPY_MEAN);
  }

  /** Mean margin, [R]. */
  public float[] marginMean() {
    return floats(Signal.MARGIN_MEAN);
  }

  /** Mean least confidence, [R]. */
  public float[] leastConfidenceMean() {
    return floats(Signal.LEAST_CONFIDENCE_MEAN);
  }

  /** Mean probability of each class, [R, C] row by row. */
  public float[] probabilityMean() {
    return floats(Signal.PROBABILITY_MEAN);
  }

  /** Context mixtures, [R, C, C] row by row. */
  public float[] contextMixture() {
    return floats(Signal.CONTEXT_MIXTURE);
  }

  /** Sums of entropies by predicted class, [R, C] row by row, nats. */
  public float[] entropyByClass() {
    return floats(Signal.ENTROPY_BY_CLASS);
  }

  /** Sums of margins by predicted class, [R, C] row by row. */
  public float[] marginByClass() {
    return floats(Signal.MARGIN_BY_CLASS);
  }

  private float[] floats(Signal signal) {
    long from = span(signal).address();
    float[] values = new float[Math.multiplyExact(regions, signal.perRegion(classes))];
    for (int i = 0; i < values.length; i++) {
      values[i] = UnsafeApi.getFloat(from + 4L * i);
    }
    return values;
  }
}
