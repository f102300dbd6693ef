package dev.assay.score;

import dev.assay.kernel.KlHistogram;
import dev.assay.memory.Span;
import org.agrona.UnsafeApi;

/**
 * Puts region signals and KL histograms into the feature rows that a {@link RalisLayout} describes.
 * Pixels are counted by the regions' own classes and written by the layout's, as a {@link ClassMap}
 * says. Writes into the caller's off-heap memory, allocates nothing, keeps nothing: shared freely.
 */
public final class RalisFeatures {
  /** What the published code writes for a class that does not occur. */
  public static final double ABSENT_CLASS = 1e-7;

  private final RalisLayout layout;
  private final ClassMap classMap;
  private final boolean paper;
  private final long countBytes;
  private final long cellBytes;

  /**
   * For rows of {@code layout}.
   *
   * @param classMap from the classes that pixels are counted by to those of the layout
   */
  public RalisFeatures(RalisLayout layout, ClassMap classMap) {
    if (classMap.policyClasses() != layout.classes()) {
      throw new IllegalArgumentException(
          "class map to "
              + classMap.policyClasses()
              + " classes must be to the layout's "
              + layout.classes());
    }
    this.layout = layout;
    this.classMap = classMap;
    this.paper = layout.reading() == RalisLayout.Reading.PAPER;
    this.countBytes = (long) Float.BYTES * layout.classCounts().width();
    this.cellBytes = (long) Float.BYTES * layout.entropyMin().width();
  }

  /** For regions whose classes are the layout's. */
  public RalisFeatures(RalisLayout layout) {
    this(layout, ClassMap.identity(layout.classes()));
  }

  /**
   * Region signals of R regions of C classes, each dense.
   *
   * @param classHistogram i32 [R, C]
   * @param entropyMin f32 [R, 8, 8]
   * @param entropyAvg f32 [R, 8, 8]
   * @param entropyMax f32 [R, 8, 8]
   */
  public record Source(Span classHistogram, Span entropyMin, Span entropyAvg, Span entropyMax) {}

  /** The classes that pixels are counted by. */
  public ClassMap classMap() {
    return classMap;
  }

  /** Where the rows are. */
  public RalisLayout layout() {
    return layout;
  }

  /**
   * Writes the columns of {@code regions} state rows.
   *
   * @param rows f32 [.., stateWidth]
   * @param first the row of {@code rows} that the first region goes to
   */
  public void writeState(Source source, int regions, Span rows, long first) {
    write(source, regions, rows, first, layout.stateWidth());
  }

  /**
   * Writes the same columns of {@code regions} action rows; the KL columns are left as they are.
   *
   * @param rows f32 [.., actionWidth]
   * @param first the row of {@code rows} that the first region goes to
   */
  public void writeAction(Source source, int regions, Span rows, long first) {
    write(source, regions, rows, first, layout.actionWidth());
  }

  /**
   * Writes one KL part of the action rows {@code [0, regions)}.
   *
   * @param histogram f32 [regions, 32]
   * @param part {@link RalisLayout#labelledKl()} or {@link RalisLayout#poolKl()}
   * @param rows f32 [.., actionWidth]
   */
  public void writeKl(Span histogram, long regions, RalisLayout.Part part, Span rows) {
    long bytes = (long) Float.BYTES * KlHistogram.BINS;
    requireBytes("histogram", histogram, regions * bytes);
    if (!part.equals(layout.labelledKl()) && !part.equals(layout.poolKl())) {
      throw new IllegalArgumentException(part + " must be one of the layout's two KL parts");
    }
    requireRows(rows, regions, layout.actionWidth());
    long stride = (long) Float.BYTES * layout.actionWidth();
    histogram.lease();
    rows.lease();
    try {
      long to = rows.address() + (long) Float.BYTES * part.from();
      for (long i = 0; i < regions; i++) {
        UnsafeApi.copyMemory(histogram.address() + i * bytes, to + i * stride, bytes);
      }
    } finally {
      rows.release();
      histogram.release();
    }
  }

  private void write(Source source, int regions, Span rows, long first, int width) {
    if (regions < 0 || first < 0) {
      throw new IllegalArgumentException(
          "regions=" + regions + " and first=" + first + " must be >= 0");
    }
    requireRows(rows, Math.addExact(first, regions), width);
    requireBytes("class_histogram", source.classHistogram, histogramBytes() * regions);
    requireBytes("entropy_min", source.entropyMin, cellBytes * regions);
    requireBytes("entropy_avg", source.entropyAvg, cellBytes * regions);
    requireBytes("entropy_max", source.entropyMax, cellBytes * regions);
    lease(source, rows);
    try {
      long to = rows.address() + first * width * Float.BYTES;
      for (long i = 0; i < regions; i++) {
        writeRow(source, i, to + i * width * Float.BYTES);
      }
    } finally {
      release(source, rows);
    }
  }

  private void writeRow(Source source, long region, long to) {
    long counts = source.classHistogram.address() + histogramBytes() * region;
    if (paper) {
      writeShares(counts, to);
    } else {
      writeCounts(counts, to);
    }
    long cells = cellBytes * region;
    long at = to + countBytes;
    UnsafeApi.copyMemory(source.entropyMin.address() + cells, at, cellBytes);
    UnsafeApi.copyMemory(source.entropyAvg.address() + cells, at + cellBytes, cellBytes);
    UnsafeApi.copyMemory(source.entropyMax.address() + cells, at + 2 * cellBytes, cellBytes);
  }

  private long histogramBytes() {
    return (long) Integer.BYTES * classMap.dataClasses();
  }

  private void writeCounts(long counts, long to) {
    for (int c = 0; c < layout.classes(); c++) {
      long count = pixels(counts, c);
      UnsafeApi.putFloat(to + 4L * c, count == 0 ? (float) ABSENT_CLASS : count);
    }
    UnsafeApi.putFloat(to + 4L * layout.classes(), (float) ABSENT_CLASS);
  }

  /** Shares of all pixels; those that count as no class leave the shares' sum below 1. */
  private void writeShares(long counts, long to) {
    long sum = 0;
    for (int c = 0; c < classMap.dataClasses(); c++) {
      sum += UnsafeApi.getInt(counts + 4L * c);
    }
    for (int c = 0; c < layout.classes(); c++) {
      UnsafeApi.putFloat(to + 4L * c, (float) ((double) pixels(counts, c) / sum));
    }
  }

  /** Pixels that count as the layout's class {@code c}. */
  private long pixels(long counts, int c) {
    long pixels = 0;
    for (int source : classMap.sources(c)) {
      pixels += UnsafeApi.getInt(counts + 4L * source);
    }
    return pixels;
  }

  private static void requireRows(Span rows, long count, int width) {
    requireBytes("rows", rows, Math.multiplyExact(count, (long) Float.BYTES * width));
  }

  private static void requireBytes(String name, Span span, long bytes) {
    if (span.bytes() < bytes) {
      throw new IllegalArgumentException(
          name + ": " + span.bytes() + " bytes must be at least " + bytes);
    }
  }

  private static void lease(Source source, Span rows) {
    source.classHistogram.lease();
    source.entropyMin.lease();
    source.entropyAvg.lease();
    source.entropyMax.lease();
    rows.lease();
  }

  private static void release(Source source, Span rows) {
    rows.release();
    source.entropyMax.release();
    source.entropyAvg.release();
    source.entropyMin.release();
    source.classHistogram.release();
  }
}
