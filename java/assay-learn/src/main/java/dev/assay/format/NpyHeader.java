package dev.assay.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of an .npy stream (format versions 1.0 to 3.0): what the array is and how its bytes
 * lie.
 *
 * @param textLength characters per string; 0 unless the type is text
 */
record NpyHeader(
    ElementType type,
    int textLength,
    boolean bigEndian,
    boolean fortran,
    List<Long> sides,
    int bytes) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST = 1 << 20;
  private static final int ALIGNMENT = 64;
  private static final Pattern DESCR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-zA-Z])(\\d+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

  /** Reads magic, version and dictionary; {@code source} names the stream in messages. */
  static NpyHeader read(InputStream in, String source) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(MAGIC, 0, 6, start, 0, 6)) {
      throw new FormatException(
          source + ": found no .npy header in the first 8 bytes, expected \\x93NUMPY");
    }
    int major = start[6];
    if (major < 1 || major > 3) {
      throw new FormatException(
          source + ": found .npy version " + major + "." + start[7] + ", expected 1.0, 2.0 or 3.0");
    }
    int lengthBytes = major == 1 ? 2 : 4;
    byte[] lengthField = exactly(in, lengthBytes, source);
    long length = 0;
    for (int i = lengthBytes - 1; i >= 0; i--) {
      length = (length << 8) | (lengthField[i] & 0xff);
    }
    if (length > LONGEST) {
      throw new FormatException(
          source + ": found a header of " + length + " bytes, expected at most " + LONGEST);
    }
    String text =
        new String(
            exactly(in, (int) length, source),
            major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    return parse(text, source, 8 + lengthBytes + (int) length);
  }

  private static byte[] exactly(InputStream in, int count, String source) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new FormatException(
          source + ": found the end of the file inside the .npy header",
          new EOFException(bytes.length + " of " + count + " bytes"));
    }
    return bytes;
  }

  private static NpyHeader parse(String text, String source, int bytes) throws FormatException {
    Matcher descr = DESCR.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new FormatException(
          source
              + ": found header "
              + text.strip()
              + ", expected descr (a plain type), fortran_order and shape");
    }
    String kind = descr.group(2);
    List<Long> sides = sides(shape.group(1), source);
    int width = number(descr.group(3), source);
    boolean big = descr.group(1).equals(">");
    boolean fortran = order.group(1).equals("True");
    if (kind.equals("U")) {
      return new NpyHeader(ElementType.TEXT, width, big, fortran, sides, bytes);
    }
    return new NpyHeader(type(kind + width, source), 0, big, fortran, sides, bytes);
  }

  private static ElementType type(String descr, String source) throws FormatException {
    for (ElementType type : ElementType.values()) {
      if (type.descr().equals(descr)) {
        return type;
      }
    }
    throw new FormatException(
        source
            + ": found element type "
            + descr
            + ", expected one of f2 f4 f8 V2 (bfloat16) b1 u1 u2 i4 i8 U");
  }

  private static int number(String digits, String source) throws FormatException {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new FormatException(source + ": found element width " + digits, e);
    }
  }

  private static List<Long> sides(String list, String source) throws FormatException {
    try {
      long[] sides =
          Arrays.stream(list.split(",", -1))
              .map(String::strip)
              .filter(s -> !s.isEmpty())
              .mapToLong(Long::parseLong)
              .toArray();
      NdArray.count(sides);
      return Arrays.stream(sides).boxed().toList();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new FormatException(source + ": found shape (" + list + "), expected 64-bit sizes", e);
    }
  }

  /** Sides, outermost first. */
  long[] shape() {
    return sides.stream().mapToLong(Long::longValue).toArray();
  }

  /** Bytes of one element. */
  long elementBytes() {
    return (long) type.bytes() * Math.max(1, textLength);
  }

  /** Bytes of all elements. */
  long dataBytes(String source) throws FormatException {
    try {
      return Math.multiplyExact(NdArray.count(shape()), elementBytes());
    } catch (ArithmeticException e) {
      throw new FormatException(
          source + ": found shape " + sides + ", expected fewer than 2^63 bytes", e);
    }
  }

  /** The header of {@code array} as version 1.0 writes it, padded so that the data are aligned. */
  static byte[] of(NdArray array) {
    String width = array.type() == ElementType.TEXT ? "" + array.elementBytes() / 4 : "";
    String order = array.type().bytes() == 1 || array.type() == ElementType.BF16 ? "|" : "<";
    StringBuilder shape = new StringBuilder();
    for (long side : array.shape()) {
      shape.append(side).append(shape.length() == 0 && array.rank() == 1 ? "," : ", ");
    }
    if (array.rank() > 1) {
      shape.setLength(shape.length() - 2);
    }
    String dictionary =
        String.format(
            Locale.ROOT,
            "{'descr': '%s%s%s', 'fortran_order': False, 'shape': (%s), }",
            order,
            array.type().descr(),
            width,
            shape);
    int total = (10 + dictionary.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = new byte[total];
    Arrays.fill(header, (byte) ' ');
    System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
    header[6] = 1;
    header[7] = 0;
    header[8] = (byte) (total - 10);
    header[9] = (byte) ((total - 10) >> 8);
    byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(text, 0, header, 10, text.length);
    header[total - 1] = '\n';
    return header;
  }
}
