package dev.assay.score;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import org.agrona.UnsafeApi;

/**
 * Rectangles of one size in a batch of images, in an order that the results keep. Owner of its
 * off-heap table; immutable, so threads may share it until it is closed.
 */
public final class RegionList implements AutoCloseable {
  private static final int FIELDS = 3;

  private final int width;
  private final int height;
  private final int size;
  private final HostBuffer table;
  private final Span span;

  private RegionList(int width, int height, int[] nxy) {
    this.width = width;
    this.height = height;
    this.size = nxy.length / FIELDS;
    this.table = HostBuffer.allocate("region list", 4L * nxy.length);
    for (int i = 0; i < nxy.length; i++) {
      UnsafeApi.putInt(table.address() + 4L * i, nxy[i]);
    }
    this.span = Span.of(table);
  }

  /**
   * Regions of {@code width} x {@code height} pixels.
   *
   * @param nxy [regions, 3]: image of the batch, x, y of the upper-left pixel
   */
  public static RegionList of(int width, int height, int[] nxy) {
    requireSide("width", width);
    requireSide("height", height);
    if (nxy.length % FIELDS != 0) {
      throw new IllegalArgumentException(
          "nxy has " + nxy.length + " entries, expected 3 per region (image, x, y)");
    }
    return new RegionList(width, height, nxy);
  }

  /**
   * The regions that tile each of {@code images} images without overlap from the upper-left corner;
   * what is left at the right and lower edge belongs to no region. Order: image, then x, then y, as
   * the published code numbers them.
   */
  public static RegionList grid(
      int images, int imageWidth, int imageHeight, int width, int height) {
    requireSide("width", width);
    requireSide("height", height);
    int columns = imageWidth / width;
    int rows = imageHeight / height;
    int[] nxy = new int[Math.multiplyExact(Math.multiplyExact(images, columns), rows * FIELDS)];
    int i = 0;
    for (int n = 0; n < images; n++) {
      for (int column = 0; column < columns; column++) {
        for (int row = 0; row < rows; row++) {
          nxy[i++] = n;
          nxy[i++] = column * width;
          nxy[i++] = row * height;
        }
      }
    }
    return new RegionList(width, height, nxy);
  }

  private static void requireSide(String name, int side) {
    if (side < 1) {
      throw new IllegalArgumentException(name + "=" + side + " must be >= 1");
    }
  }

  /** Number of regions. */
  public int size() {
    return size;
  }

  /** Width of every region in pixels. */
  public int width() {
    return width;
  }

  /** Height of every region in pixels. */
  public int height() {
    return height;
  }

  /** Image of the batch that region {@code i} lies in. */
  public int image(int i) {
    return field(i, 0);
  }

  /** Left edge of region {@code i}. */
  public int x(int i) {
    return field(i, 1);
  }

  /** Upper edge of region {@code i}. */
  public int y(int i) {
    return field(i, 2);
  }

  /** i32 [regions, 3]: image, x, y. */
  public Span span() {
    return span;
  }

  private int field(int i, int field) {
    if (i < 0 || i >= size) {
      throw new IndexOutOfBoundsException("region=" + i + " must be in [0, " + size + ")");
    }
    return UnsafeApi.getInt(table.address() + 4L * (FIELDS * (long) i + field));
  }

  @Override
  public void close() {
    table.close();
  }
}
