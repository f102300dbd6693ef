package dev.assay.score;

import dev.assay.memory.Span;
import java.util.List;
import java.util.Set;
import org.agrona.UnsafeApi;

/**
 * A look at the signals of some regions of one image, in their order; valid until the sink that got
 * it returns. Region {@code first() + i} is the image's region number, which counts down the
 * columns as {@link RegionList#grid} does.
 */
public final class ScoredRegions {
  private final Set<Signal> signals;
  private final Predictions predictions;
  private final ResultBuffers<Signal> buffers;
  private long image;
  private String name = "";
  private long first;
  private RegionList regions;

  ScoredRegions(Set<Signal> signals, Predictions predictions, ResultBuffers<Signal> buffers) {
    this.signals = signals;
    this.predictions = predictions;
    this.buffers = buffers;
  }

  void set(long image, String name, long first, RegionList regions) {
    this.image = image;
    this.name = name;
    this.first = first;
    this.regions = regions;
  }

  /** Number of the image among all images of its source. */
  public long image() {
    return image;
  }

  /** What the image's source calls it. */
  public String name() {
    return name;
  }

  /** Number in the image of the first region here. */
  public long first() {
    return first;
  }

  /** How many regions there are here. */
  public int size() {
    return regions.size();
  }

  /** Left edge of region {@code i}. */
  public int x(int i) {
    return regions.x(i);
  }

  /** Upper edge of region {@code i}. */
  public int y(int i) {
    return regions.y(i);
  }

  /** Number of classes. */
  public int classes() {
    return predictions.classes();
  }

  /** The signals that were computed. */
  public Set<Signal> signals() {
    return signals;
  }

  /**
   * The signal's off-heap memory, exactly {@code size() * signal.perRegion(classes())} elements.
   */
  public Span span(Signal signal) {
    if (!signals.contains(signal)) {
      throw new IllegalStateException(signal + " was not asked for; asked for were " + signals);
    }
    Span whole = buffers.get(signal);
    long bytes = (long) Integer.BYTES * size() * signal.perRegion(classes());
    return new Span(whole.address(), bytes, whole.owner());
  }

  /** Names of the signals that compare predictions, if there is more than one. */
  public List<String> extras() {
    return predictions.extras();
  }

  /** An extra signal's off-heap memory, one fp32 per region. */
  public Span extra(String name) {
    return predictions.extra(name, first, size());
  }

  /** The value of a signal that has one per region. */
  public float value(Signal signal, int i) {
    if (signal.perRegion(classes()) != 1 || i < 0 || i >= size()) {
      throw new IllegalArgumentException(
          signal + " of region " + i + " must be one number, of a region in [0, " + size() + ")");
    }
    return UnsafeApi.getFloat(span(signal).address() + 4L * i);
  }
}
