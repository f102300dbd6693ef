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
 * The header of an .npy stream (format versions 1.0 to 3.0), of at most 1 MiB.
 *
 * @param info what the array is and how its bytes lie
 * @param bytes size of the header, behind which the data begin
 */
record NpyHeader(ArrayInfo info, int bytes) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int LONGEST = 1 << 20;
  private static final int ALIGNMENT = 64;
  private static final int LONGEST_TEXT = 1 << 20;
  private static final Pattern DESCR =
      Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-zA-Z])(\\d+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

  /**
   * Reads magic, version and dictionary.
   *
   * @param source names the array in messages
   * @param name what the array is called
   */
  static NpyHeader read(InputStream in, String source, String name) throws IOException {
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
    return new NpyHeader(parse(text, source, name), 8 + lengthBytes + (int) length);
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

  private static ArrayInfo parse(String text, String source, String name) throws FormatException {
    Matcher descr = DESCR.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new FormatException(
          source
              + ": found header "
              + start(text)
              + ", expected descr (a plain type), fortran_order and shape");
    }
    String kind = descr.group(2);
    boolean text32 = kind.equals("U");
    int width = number(descr.group(3), source);
    return ArrayInfo.checked(
        source,
        name,
        text32 ? ElementType.TEXT : type(kind + width, source),
        text32 ? textLength(width, source) : 0,
        descr.group(1).equals(">"),
        order.group(1).equals("True"),
        sides(shape.group(1), source));
  }

  /** Enough of a header to recognise it by. */
  private static String start(String text) {
    String stripped = text.strip();
    return stripped.length() <= 200 ? stripped : stripped.substring(0, 200) + "...";
  }

  private static int textLength(int width, String source) throws FormatException {
    if (width < 1 || width > LONGEST_TEXT) {
      throw new FormatException(
          source + ": found strings of " + width + " characters, expected 1 to " + LONGEST_TEXT);
    }
    return width;
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
            + ", expected one of f2 f4 f8 V2 (bfloat16) b1 i1 u1 i2 u2 i4 u4 i8 u8 U");
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
      return Arrays.stream(list.split(",", -1))
          .map(String::strip)
          .filter(side -> !side.isEmpty())
          .map(Long::parseLong)
          .toList();
    } catch (NumberFormatException e) {
      throw new FormatException(
          source + ": found shape (" + start(list) + "), expected 64-bit sizes", e);
    }
  }

  /** Requires a file or member of {@code size} bytes to be the header and the data, no more. */
  void requireSize(long size) throws FormatException {
    if (size - bytes != info.bytes()) {
      throw new FormatException(
          info.source()
              + ": found "
              + (size - bytes)
              + " bytes of data, expected "
              + info.bytes()
              + " for the shape in its header");
    }
  }

  /** The header of {@code array} as version 1.0 writes it, padded so that the data are aligned. */
  static byte[] of(NdArray array) {
    String width = array.type() == ElementType.TEXT ? "" + array.elementBytes() / 4 : "";
    return of(array.type(), width, array.shape());
  }

  /**
   * The same of an array that is not in memory.
   *
   * @param width characters per string, empty unless the type is text
   */
  static byte[] of(ElementType type, String width, long... sides) {
    String order = type.bytes() == 1 || type == ElementType.BF16 ? "|" : "<";
    StringBuilder shape = new StringBuilder();
    for (long side : sides) {
      shape.append(side).append(shape.length() == 0 && sides.length == 1 ? "," : ", ");
    }
    if (sides.length > 1) {
      shape.setLength(shape.length() - 2);
    }
    String dictionary =
        String.format(
            Locale.ROOT,
            "{'descr': '%s%s%s', 'fortran_order': False, 'shape': (%s), }",
            order,
            type.descr(),
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
