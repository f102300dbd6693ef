package dev.assay.score;

import dev.assay.memory.Span;
import java.util.Objects;

/**
 * Values of one kind for a sequence of regions: [rows, width], row-major, fp32 or 32-bit integers,
 * wherever they lie. A view, never a copy: the memory must stay valid and unchanged while the
 * column is used. Any thread may read.
 */
public abstract class Column {
  /** Name of the column with each region's image, by number. */
  public static final String IMAGE = "image";

  /** Name of the column with each region's left edge in pixels. */
  public static final String X = "x";

  /** Name of the column with each region's upper edge in pixels. */
  public static final String Y = "y";

  /** Type of one value; each takes four bytes. */
  public enum Type {
    F32(0),
    I32(1);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** The code in files. */
    int code() {
      return code;
    }
  }

  /** What a column is called and what a row of it holds. */
  public record Spec(String name, Type type, int width) {
    private static final int MAX_WIDTH = 1 << 28;

    /** Rejects an empty name and rows without values, or too large for one mapping. */
    public Spec {
      Objects.requireNonNull(type, "type");
      if (name.isEmpty() || width < 1 || width > MAX_WIDTH) {
        throw new IllegalArgumentException(
            "column '"
                + name
                + "' of width="
                + width
                + " must have a name and a width in [1, "
                + MAX_WIDTH
                + "]");
      }
    }

    /** The column of a signal. */
    public static Spec of(Signal signal, int classes) {
      Type type = signal == Signal.CLASS_HISTOGRAM ? Type.I32 : Type.F32;
      return new Spec(signal.key(), type, signal.perRegion(classes));
    }

    long rowBytes() {
      return 4L * width;
    }

    @Override
    public String toString() {
      return name + " " + (type == Type.F32 ? "f4" : "i4") + "[" + width + "]";
    }
  }

  private final Spec spec;
  private final int rows;

  Column(Spec spec, int rows) {
    this.spec = spec;
    this.rows = rows;
  }

  /** A view of the caller's floats, [rows, width]. */
  public static Column of(String name, float[] values, int width) {
    Spec spec = new Spec(name, Type.F32, width);
    return new HeapColumn.Floats(spec, rows(spec, values.length), values);
  }

  /** A view of the caller's integers, [rows, width]. */
  public static Column of(String name, int[] values, int width) {
    Spec spec = new Spec(name, Type.I32, width);
    return new HeapColumn.Ints(spec, rows(spec, values.length), values);
  }

  /** A view of off-heap memory, [rows, width]; closing its owner ends it. */
  public static Column of(Spec spec, Span values) {
    if (values.bytes() % 4 != 0) {
      throw new IllegalArgumentException(
          spec + ": " + values.bytes() + " bytes must be a multiple of 4");
    }
    return new SpanColumn(spec, rows(spec, values.bytes() / 4), values);
  }

  private static int rows(Spec spec, long values) {
    if (values % spec.width() != 0 || values / spec.width() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          spec + ": " + values + " values must be whole rows, fewer than 2^31");
    }
    return (int) (values / spec.width());
  }

  /** Name, type and width. */
  public final Spec spec() {
    return spec;
  }

  /** The name. */
  public final String name() {
    return spec.name();
  }

  /** Number of regions. */
  public final int rows() {
    return rows;
  }

  /** Values per region. */
  public final int width() {
    return spec.width();
  }

  /** One value of an fp32 column. */
  public float getFloat(int row, int element) {
    throw new IllegalStateException("column " + spec + " holds integers, expected fp32");
  }

  /** One value of an integer column. */
  public int getInt(int row, int element) {
    throw new IllegalStateException("column " + spec + " holds fp32, expected integers");
  }

  /** Copies one row to {@code address}, 4 x width bytes. */
  public abstract void copyRow(int row, long address);

  final long index(int row, int element) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(element, spec.width());
    return (long) row * spec.width() + element;
  }

  @Override
  public final String toString() {
    return spec + " of " + rows + " regions";
  }
}
