package dev.assay.score;

import dev.assay.kernel.ClassDistributions;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.agrona.UnsafeApi;

/**
 * True class proportions of the labelled regions, in the order in which they were labelled: a row
 * of C + 1 per region whose last entry is the share of void, with 1e-7 (as a proportion, as the
 * published code has it) where a class does not occur. Owner of its growing off-heap table;
 * confined to one thread at a time.
 */
public final class LabelledDistributions implements AutoCloseable {
  /** What is written for a class that does not occur. */
  public static final double ABSENT_CLASS = 1e-7;

  private final int classes;
  private final int voidLabel;
  private final long rowBytes;
  private final int[] counts;
  private HostBuffer table;
  private long size;

  /**
   * An empty set.
   *
   * @param classes labels in [0, classes) are classes
   * @param voidLabel the label of pixels without a class, for example 255
   */
  public LabelledDistributions(int classes, int voidLabel) {
    if (classes < 1 || classes > 255) {
      throw new IllegalArgumentException("classes=" + classes + " must be in [1, 255]");
    }
    if (voidLabel < classes || voidLabel > 255) {
      throw new IllegalArgumentException(
          "voidLabel=" + voidLabel + " must be in [classes=" + classes + ", 255]");
    }
    this.classes = classes;
    this.voidLabel = voidLabel;
    this.rowBytes = (long) Double.BYTES * (classes + 1);
    this.counts = new int[256];
    this.table = HostBuffer.allocate("labelled distributions", 64 * rowBytes);
  }

  /** Number of regions L. */
  public long size() {
    return size;
  }

  /** Forgets all regions and keeps the memory. */
  public void clear() {
    size = 0;
  }

  /** What the KL kernel reads, f64 [L, C + 1]; valid until regions are added. */
  public ClassDistributions view() {
    return new ClassDistributions(
        Span.of(table, 0, size * rowBytes),
        ClassDistributions.Type.F64,
        size,
        classes + 1,
        ABSENT_CLASS);
  }

  /**
   * Adds regions of a batch of label maps.
   *
   * @param labels u8 [images, height, width]
   * @throws IllegalArgumentException if a region lies outside its image or holds a label that is
   *     neither a class nor void; nothing is added then
   */
  public void add(Span labels, int images, int height, int width, RegionList regions) {
    long needed = Math.multiplyExact((long) images * height, (long) width);
    if (labels.bytes() < needed) {
      throw new IllegalArgumentException(
          "labels: " + labels.bytes() + " bytes must be at least " + needed);
    }
    reserve(size + regions.size());
    labels.lease();
    try {
      for (int i = 0; i < regions.size(); i++) {
        requireInside(regions, i, images, height, width);
        long pixel = ((long) regions.image(i) * height + regions.y(i)) * width + regions.x(i);
        count(labels.address() + pixel, width, regions.width(), regions.height());
        write(i, (long) regions.width() * regions.height());
      }
    } finally {
      labels.release();
    }
    size += regions.size();
  }

  /**
   * Adds one region whose pixels were counted before.
   *
   * @param classPixels of each class
   * @param voidPixels without a class
   * @throws IllegalArgumentException if a count is negative or there is no pixel at all
   */
  public void add(long[] classPixels, long voidPixels) {
    if (classPixels.length != classes) {
      throw new IllegalArgumentException(
          "pixels of " + classPixels.length + " classes must be of " + classes);
    }
    long pixels = Math.addExact(LongStream.of(classPixels).sum(), voidPixels);
    if (voidPixels < 0 || LongStream.of(classPixels).anyMatch(n -> n < 0) || pixels == 0) {
      throw new IllegalArgumentException(
          "class pixels "
              + Arrays.toString(classPixels)
              + " and "
              + voidPixels
              + " of void must be >= 0 and not all 0");
    }
    reserve(size + 1);
    for (int c = 0; c <= classes; c++) {
      put(0, c, c == classes ? voidPixels : classPixels[c], pixels);
    }
    size++;
  }

  private void count(long from, int stride, int width, int height) {
    Arrays.fill(counts, 0);
    for (int y = 0; y < height; y++) {
      long row = from + (long) y * stride;
      for (int x = 0; x < width; x++) {
        counts[UnsafeApi.getByte(row + x) & 0xff]++;
      }
    }
  }

  private void write(int region, long pixels) {
    long counted = 0;
    for (int c = 0; c <= classes; c++) {
      int n = counts[c == classes ? voidLabel : c];
      counted += n;
      put(region, c, n, pixels);
    }
    if (counted != pixels) {
      throw new IllegalArgumentException(
          "region "
              + region
              + ": "
              + (pixels - counted)
              + " label(s) are neither in [0, "
              + classes
              + ") nor void="
              + voidLabel);
    }
  }

  /** One entry of the {@code region}-th row behind those there are. */
  private void put(int region, int c, long count, long pixels) {
    long row = table.address() + (size + region) * rowBytes;
    UnsafeApi.putDouble(row + 8L * c, count == 0 ? ABSENT_CLASS : (double) count / pixels);
  }

  private static void requireInside(RegionList regions, int i, int images, int height, int width) {
    int x = regions.x(i);
    int y = regions.y(i);
    int image = regions.image(i);
    if (image < 0
        || image >= images
        || x < 0
        || x > width - regions.width()
        || y < 0
        || y > height - regions.height()) {
      throw new IllegalArgumentException(
          "region "
              + i
              + ": image="
              + image
              + " x="
              + x
              + " y="
              + y
              + " must lie inside "
              + images
              + " image(s) of "
              + width
              + "x"
              + height);
    }
  }

  private void reserve(long rows) {
    if (rows * rowBytes <= table.bytes()) {
      return;
    }
    HostBuffer larger =
        HostBuffer.allocate("labelled distributions", Math.max(rows * rowBytes, 2 * table.bytes()));
    UnsafeApi.copyMemory(table.address(), larger.address(), size * rowBytes);
    HostBuffer old = table;
    table = larger;
    old.close();
  }

  @Override
  public void close() {
    table.close();
  }
}
