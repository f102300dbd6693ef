package dev.assay.select;

import dev.assay.score.Signal;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The unlabelled regions of one step with the signals that were computed for them, as parallel
 * arrays in any order. A region is named by (image, region): the image's index in the candidate
 * list and the region's index in its grid. Arrays are kept, not copied, and must not change while
 * this object is used; reading is thread-safe.
 */
public final class Candidates {
  /** The signals of one float per region. */
  private static final Set<Signal> SCALARS =
      Collections.unmodifiableSet(
          EnumSet.of(Signal.ENTROPY_MEAN, Signal.MARGIN_MEAN, Signal.LEAST_CONFIDENCE_MEAN));

  private final int[] images;
  private final int[] regions;
  private final int classes;
  private final Map<Signal, float[]> signals = new EnumMap<>(Signal.class);
  private int[] classHistogram;

  /**
   * @param images image index of each candidate
   * @param regions region index within its image
   * @param classes number of predicted classes
   * @throws IllegalArgumentException if the arrays differ in length or {@code classes < 1}
   */
  public Candidates(int[] images, int[] regions, int classes) {
    if (images.length != regions.length) {
      throw new IllegalArgumentException(
          "regions.length=" + regions.length + " must equal images.length=" + images.length);
    }
    if (classes < 1) {
      throw new IllegalArgumentException("classes=" + classes + " must be >= 1");
    }
    this.images = images;
    this.regions = regions;
    this.classes = classes;
  }

  /**
   * Adds one float per candidate.
   *
   * @throws IllegalArgumentException for a wrong length or a signal that is not one float per
   *     region; the histogram has its own method
   */
  public Candidates with(Signal signal, float[] values) {
    if (signal == Signal.CLASS_HISTOGRAM) {
      throw new IllegalArgumentException("class_histogram is given by withClassHistogram");
    }
    if (!SCALARS.contains(signal)) {
      throw new IllegalArgumentException(
          "signal "
              + signal.key()
              + " is not one float per region; expected one of "
              + SCALARS.stream().map(Signal::key).collect(Collectors.joining(", ")));
    }
    requireLength(signal.key(), values.length, images.length);
    signals.put(signal, values);
    return this;
  }

  /** Adds pixel counts by predicted class, [size, classes] row-major. */
  public Candidates withClassHistogram(int[] counts) {
    requireLength("class_histogram", counts.length, (long) images.length * classes);
    classHistogram = counts;
    return this;
  }

  /** Number of candidates. */
  public int size() {
    return images.length;
  }

  /** Number of predicted classes. */
  public int classes() {
    return classes;
  }

  /** Image index of candidate {@code i}. */
  public int image(int i) {
    return images[i];
  }

  /** Region index, within its image, of candidate {@code i}. */
  public int region(int i) {
    return regions[i];
  }

  /** Whether {@code signal} was given. */
  public boolean has(Signal signal) {
    return signal == Signal.CLASS_HISTOGRAM ? classHistogram != null : signals.containsKey(signal);
  }

  /**
   * The values of a float signal, one per candidate.
   *
   * @throws IllegalArgumentException if it was not given
   */
  public float[] values(Signal signal) {
    float[] values = signals.get(signal);
    if (values == null) {
      throw missing(signal);
    }
    return values;
  }

  /** Pixels of candidate {@code i} predicted as class {@code c}. */
  public int predictedPixels(int i, int c) {
    if (classHistogram == null) {
      throw missing(Signal.CLASS_HISTOGRAM);
    }
    return classHistogram[i * classes + c];
  }

  /** Pixels of candidate {@code i} per predicted class. */
  public int[] predictedPixels(int i) {
    if (classHistogram == null) {
      throw missing(Signal.CLASS_HISTOGRAM);
    }
    return Arrays.copyOfRange(classHistogram, i * classes, (i + 1) * classes);
  }

  /** Whether candidate {@code a} comes before {@code b} among equal scores. */
  boolean before(int a, int b) {
    return images[a] != images[b] ? images[a] < images[b] : regions[a] < regions[b];
  }

  /** All candidate numbers, 0 to size - 1. */
  int[] all() {
    int[] all = new int[size()];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private IllegalArgumentException missing(Signal signal) {
    return new IllegalArgumentException(
        "signal " + signal.key() + " was not computed for these " + size() + " candidates");
  }

  private static void requireLength(String name, long found, long expected) {
    if (found != expected) {
      throw new IllegalArgumentException(name + ": length " + found + " must be " + expected);
    }
  }
}
