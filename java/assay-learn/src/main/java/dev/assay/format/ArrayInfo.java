package dev.assay.format;

import java.util.List;

/**
 * What an array on disk is and how its bytes lie.
 *
 * @param source names the array in messages: its file, and its name in an archive
 * @param name what the array is called
 * @param textLength characters per string; 0 unless the type is text
 * @param fortran whether the first index varies fastest
 * @param sides outermost first; empty for a scalar
 * @param bytes size of all elements
 */
public record ArrayInfo(
    String source,
    String name,
    ElementType type,
    int textLength,
    boolean bigEndian,
    boolean fortran,
    List<Long> sides,
    long bytes) {
  /** NumPy allows no more either. */
  static final int MAX_RANK = 64;

  /**
   * Checks what a file claims.
   *
   * @throws FormatException for more sides than {@value #MAX_RANK}, or a size beyond 63 bits
   */
  static ArrayInfo checked(
      String source,
      String name,
      ElementType type,
      int textLength,
      boolean bigEndian,
      boolean fortran,
      List<Long> sides)
      throws FormatException {
    if (sides.size() > MAX_RANK) {
      throw new FormatException(
          source + ": found " + sides.size() + " dimensions, expected at most " + MAX_RANK);
    }
    long bytes = (long) type.bytes() * Math.max(1, textLength);
    try {
      long count = NdArray.count(sides.stream().mapToLong(Long::longValue).toArray());
      bytes = Math.multiplyExact(bytes, count);
    } catch (ArithmeticException e) {
      throw new FormatException(
          source + ": found shape " + sides + ", expected fewer than 2^63 bytes", e);
    }
    return new ArrayInfo(source, name, type, textLength, bigEndian, fortran, sides, bytes);
  }

  /** Sides, outermost first. */
  public long[] shape() {
    return sides.stream().mapToLong(Long::longValue).toArray();
  }

  /** Number of dimensions. */
  public int rank() {
    return sides.size();
  }

  /** Bytes of one element. */
  public int elementBytes() {
    return type.bytes() * Math.max(1, textLength);
  }

  /** Type and shape as NumPy prints them, for example {@code f4[11, 360, 480]}. */
  public String describe() {
    return (type == ElementType.TEXT ? "U" + textLength : type.descr()) + sides;
  }
}
