package dev.assay.format;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * An n-dimensional array in off-heap memory, C order, native byte order. Owner of its memory; not
 * synchronised.
 */
public final class NdArray implements AutoCloseable {
  private final String name;
  private final ElementType type;
  private final int textLength;
  private final long[] shape;
  private final long count;
  private final HostBuffer buffer;

  NdArray(String name, ElementType type, int textLength, long... shape) {
    this.name = name;
    this.type = type;
    this.textLength = textLength;
    this.shape = shape.clone();
    this.count = count(shape);
    this.buffer = HostBuffer.allocate(name, Math.multiplyExact(count, (long) elementBytes()));
  }

  /** Zeros; {@code shape} empty means a scalar. */
  public static NdArray allocate(String name, ElementType type, long... shape) {
    if (type == ElementType.TEXT) {
      throw new IllegalArgumentException(name + ": text needs its strings, use NdArray.text");
    }
    return new NdArray(name, type, 0, shape);
  }

  /** fp32 values. */
  public static NdArray floats(String name, float[] values, long... shape) {
    NdArray array = checked(name, ElementType.F4, values.length, shape);
    for (int i = 0; i < values.length; i++) {
      array.buffer.putFloat(i, values[i]);
    }
    return array;
  }

  /** fp64 values. */
  public static NdArray doubles(String name, double[] values, long... shape) {
    NdArray array = checked(name, ElementType.F8, values.length, shape);
    for (int i = 0; i < values.length; i++) {
      UnsafeApi.putDouble(array.address(i), values[i]);
    }
    return array;
  }

  /** 32-bit integers. */
  public static NdArray ints(String name, int[] values, long... shape) {
    NdArray array = checked(name, ElementType.I4, values.length, shape);
    for (int i = 0; i < values.length; i++) {
      UnsafeApi.putInt(array.address(i), values[i]);
    }
    return array;
  }

  /** 64-bit integers. */
  public static NdArray longs(String name, long[] values, long... shape) {
    NdArray array = checked(name, ElementType.I8, values.length, shape);
    for (int i = 0; i < values.length; i++) {
      UnsafeApi.putLong(array.address(i), values[i]);
    }
    return array;
  }

  /** Bytes. */
  public static NdArray bytes(String name, byte[] values, long... shape) {
    NdArray array = checked(name, ElementType.U1, values.length, shape);
    array.buffer.putBytes(0, values, 0, values.length);
    return array;
  }

  /** Strings, [n]. */
  public static NdArray text(String name, String... values) {
    int longest = 1;
    for (String value : values) {
      longest = Math.max(longest, value.codePointCount(0, value.length()));
    }
    NdArray array = new NdArray(name, ElementType.TEXT, longest, values.length);
    for (int i = 0; i < values.length; i++) {
      int[] points = values[i].codePoints().toArray();
      for (int j = 0; j < points.length; j++) {
        UnsafeApi.putInt(array.address(i) + 4L * j, points[j]);
      }
    }
    return array;
  }

  private static NdArray checked(String name, ElementType type, int length, long... shape) {
    if (count(shape) != length) {
      throw new IllegalArgumentException(
          name + ": " + length + " values do not fill the shape " + Arrays.toString(shape));
    }
    return new NdArray(name, type, 0, shape);
  }

  static long count(long... shape) {
    long count = 1;
    for (long side : shape) {
      if (side < 0) {
        throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " must be >= 0");
      }
      count = Math.multiplyExact(count, side);
    }
    return count;
  }

  /** What the array is called, in a file and in messages. */
  public String name() {
    return name;
  }

  /** Element type. */
  public ElementType type() {
    return type;
  }

  /** Sides, outermost first; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** One side. */
  public long shape(int dimension) {
    return shape[dimension];
  }

  /** Number of elements. */
  public long count() {
    return count;
  }

  /** Bytes per element. */
  public int elementBytes() {
    return type == ElementType.TEXT ? Math.multiplyExact(4, textLength) : type.bytes();
  }

  /** The memory. */
  public HostBuffer buffer() {
    return buffer;
  }

  /** A view of the memory. */
  public Span span() {
    return Span.of(buffer);
  }

  /** The same bits as another type of the same size, for example u2 that holds bfloat16; copies. */
  public NdArray reinterpret(ElementType other) {
    if (other == ElementType.TEXT || other.bytes() != elementBytes()) {
      throw new IllegalArgumentException(name + ": " + describe() + " cannot be read as " + other);
    }
    NdArray array = new NdArray(name, other, 0, shape);
    UnsafeApi.copyMemory(buffer.address(), array.buffer.address(), buffer.bytes());
    return array;
  }

  /** Element {@code index} (C order) as a double; i8 beyond 2^53 is rounded. */
  public double getDouble(long index) {
    long at = address(index);
    return switch (type) {
      case F2, BF16, F4 -> Floats.widen(type, at);
      case F8 -> UnsafeApi.getDouble(at);
      case B1, I1, U1, I2, U2, I4, U4, I8, U8 -> getLong(index);
      case TEXT -> throw notANumber();
    };
  }

  /** Element {@code index} (C order) of an integer array. */
  public long getLong(long index) {
    long at = address(index);
    return switch (type) {
      case B1, U1 -> UnsafeApi.getByte(at) & 0xffL;
      case I1 -> UnsafeApi.getByte(at);
      case U2 -> UnsafeApi.getShort(at) & 0xffffL;
      case I2 -> UnsafeApi.getShort(at);
      case U4 -> UnsafeApi.getInt(at) & 0xffff_ffffL;
      case I4 -> UnsafeApi.getInt(at);
      case I8 -> UnsafeApi.getLong(at);
      case U8 -> requireSigned(UnsafeApi.getLong(at));
      case F2, BF16, F4, F8, TEXT -> throw notANumber();
    };
  }

  /** Element {@code index} of a text array, without the padding. */
  public String getText(long index) {
    if (type != ElementType.TEXT) {
      throw new IllegalStateException(name + ": " + describe() + " is not text");
    }
    StringBuilder text = new StringBuilder();
    for (int j = 0; j < textLength; j++) {
      int point = UnsafeApi.getInt(address(index) + 4L * j);
      if (point == 0) {
        break;
      }
      text.appendCodePoint(point);
    }
    return text.toString();
  }

  /** Type and shape as NumPy prints them, for example {@code f4[11, 360, 480]}. */
  public String describe() {
    return (type == ElementType.TEXT ? "U" + textLength : type.descr()) + Arrays.toString(shape);
  }

  private long address(long index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(
          name + ": index=" + index + " must be in [0, " + count + ")");
    }
    return buffer.address() + index * elementBytes();
  }

  private long requireSigned(long value) {
    if (value < 0) {
      throw new IllegalStateException(
          name + ": " + Long.toUnsignedString(value) + " must be below 2^63");
    }
    return value;
  }

  private IllegalStateException notANumber() {
    return new IllegalStateException(name + ": " + describe() + " holds no such number");
  }

  @Override
  public String toString() {
    return name + " " + describe();
  }

  @Override
  public void close() {
    buffer.close();
  }
}
