package dev.assay.select;

import dev.assay.score.BadTableException;
import dev.assay.score.Column;
import dev.assay.score.Signal;
import dev.assay.score.SignalTable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The regions of one step with what is known about them, as parallel columns in any order. Columns
 * are views of arrays, off-heap memory or a {@link SignalTable}; they are kept, not copied, and
 * must not change while this object is used. Reading is thread-safe.
 *
 * <p>A region is named by its image and its place in it: its number in the image's grid, or its
 * upper-left corner. Ties and random numbers go by that name, never by the order of the columns.
 */
public final class Candidates {
  /** The size of all regions in pixels. */
  public record RegionSize(int width, int height) {}

  private static final String HISTOGRAM = Signal.CLASS_HISTOGRAM.key();

  private final Places places;
  private final int classes;
  private final Map<String, Column> columns = new LinkedHashMap<>();

  /**
   * Regions by number.
   *
   * @param images image index of each candidate
   * @param regions region index within its image
   * @param classes number of predicted classes
   * @throws IllegalArgumentException if the arrays differ in length or {@code classes < 1}
   */
  public Candidates(int[] images, int[] regions, int classes) {
    this(new Places.Numbered(images, regions), classes);
  }

  private Candidates(Places places, int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes=" + classes + " must be >= 1");
    }
    this.places = places;
    this.classes = classes;
  }

  /**
   * Regions by upper-left corner: three integer columns of width 1.
   *
   * @param size of every region, or null where it is not known
   */
  public static Candidates at(Column image, Column x, Column y, RegionSize size, int classes) {
    return new Candidates(new Places.Corners(image, x, y, size), classes);
  }

  /**
   * The rows of a table with some of its columns.
   *
   * @throws BadTableException if a column is missing or damaged
   */
  public static Candidates of(SignalTable table, Set<String> columns) throws BadTableException {
    Candidates candidates =
        at(
            table.column(Column.IMAGE),
            table.column(Column.X),
            table.column(Column.Y),
            new RegionSize(table.layout().regionWidth(), table.layout().regionHeight()),
            table.layout().classes());
    for (String name : columns) {
      candidates.with(table.column(name));
    }
    return candidates;
  }

  /**
   * Adds a column under its name.
   *
   * @throws IllegalArgumentException if it has another number of rows
   */
  public Candidates with(Column column) {
    requireLength(column.name(), column.rows(), size());
    columns.put(column.name(), column);
    return this;
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
    if (!isScalar(signal)) {
      throw new IllegalArgumentException(
          "signal "
              + signal.key()
              + " is not one float per region; expected one of "
              + Arrays.stream(Signal.values())
                  .filter(Candidates::isScalar)
                  .map(Signal::key)
                  .collect(Collectors.joining(", ")));
    }
    requireLength(signal.key(), values.length, size());
    return with(Column.of(signal.key(), values, 1));
  }

  /** Whether a signal is one float per region whatever the number of classes. */
  private static boolean isScalar(Signal signal) {
    return signal.perRegion(2) == 1;
  }

  /** Adds pixel counts by predicted class, [size, classes] row-major. */
  public Candidates withClassHistogram(int[] counts) {
    requireLength(HISTOGRAM, counts.length, (long) size() * classes);
    return with(Column.of(HISTOGRAM, counts, classes));
  }

  /** Number of candidates. */
  public int size() {
    return places.size();
  }

  /** Number of predicted classes. */
  public int classes() {
    return classes;
  }

  /** Image index of candidate {@code i}. */
  public int image(int i) {
    return places.image(i);
  }

  /**
   * What names candidate {@code i} within its image: its number, or x in the upper and y in the
   * lower half. Regions of a grid, which are numbered column by column, come in the same order.
   */
  public long place(int i) {
    return places.place(i);
  }

  /**
   * Region index, within its image, of candidate {@code i}.
   *
   * @throws IllegalStateException if regions go by corner
   */
  public int region(int i) {
    return places.region(i);
  }

  /**
   * Where the regions lie.
   *
   * @throws IllegalArgumentException if only their numbers are known
   */
  Places.Corners corners() {
    if (places instanceof Places.Corners corners) {
      return corners;
    }
    throw new IllegalArgumentException(
        "these " + size() + " candidates go by number; expected columns image, x and y");
  }

  /** Whether {@code signal} was given. */
  public boolean has(Signal signal) {
    return has(signal.key());
  }

  /** Whether a column of that name was given. */
  public boolean has(String column) {
    return columns.containsKey(column);
  }

  /** All columns, in the order they were added in. */
  public List<Column> columns() {
    return List.copyOf(columns.values());
  }

  /**
   * A column.
   *
   * @throws IllegalArgumentException if it was not given
   */
  public Column column(String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "signal " + name + " was not computed for these " + size() + " candidates");
    }
    return column;
  }

  /**
   * A column of a certain type and width.
   *
   * @throws IllegalArgumentException if it was not given or is of another shape
   */
  Column column(String name, Column.Type type, int width) {
    Column column = column(name);
    if (column.spec().type() != type || column.width() != width) {
      throw new IllegalArgumentException(
          "column " + column.spec() + " must be " + new Column.Spec(name, type, width));
    }
    return column;
  }

  /** One value of a signal of one float per region. */
  public float value(Signal signal, int i) {
    return column(signal.key()).getFloat(i, 0);
  }

  /**
   * A copy of a signal of one float per region.
   *
   * @throws IllegalArgumentException if it was not given
   */
  public float[] values(Signal signal) {
    float[] values = new float[size()];
    Column column = column(signal.key());
    for (int i = 0; i < values.length; i++) {
      values[i] = column.getFloat(i, 0);
    }
    return values;
  }

  /** Pixels of candidate {@code i} predicted as class {@code c}. */
  public int predictedPixels(int i, int c) {
    return column(HISTOGRAM).getInt(i, c);
  }

  /** Pixels of candidate {@code i} per predicted class. */
  public int[] predictedPixels(int i) {
    Column histogram = column(HISTOGRAM);
    int[] pixels = new int[classes];
    Arrays.setAll(pixels, c -> histogram.getInt(i, c));
    return pixels;
  }

  /** Whether candidate {@code a} comes before {@code b} among equals. */
  boolean before(int a, int b) {
    int images = Integer.compare(image(a), image(b));
    return images != 0 ? images < 0 : place(a) < place(b);
  }

  /** The candidate in words, for messages. */
  String describe(int i) {
    return "image " + image(i) + " " + places.describe(i);
  }

  /** All candidate numbers, 0 to size - 1. */
  int[] all() {
    int[] all = new int[size()];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private static void requireLength(String name, long found, long expected) {
    if (found != expected) {
      throw new IllegalArgumentException(name + ": length " + found + " must be " + expected);
    }
  }
}
