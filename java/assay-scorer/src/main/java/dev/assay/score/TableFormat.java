package dev.assay.score;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a signal table, little-endian: a header, the columns one after the other, then the
 * directory that describes them.
 *
 * <pre>
 * header     "ASSAYST\n", u32 version, u32 regions, u32 region width, u32 region height, u32 grid,
 *            u32 classes, u64 directory offset, u64 directory bytes, u64 file bytes,
 *            u32 CRC-32C of the directory, zeros, u32 CRC-32C of the 124 bytes before
 * column     [regions, width] of four bytes each, at a multiple of 64
 * directory  u32 class names (0 or classes), texts; u32 images, texts;
 *            u32 columns, per column: text name, u32 type (0 fp32, 1 i32), u32 width, u64 offset,
 *            u32 CRC-32C of its bytes
 * text       u32 bytes, UTF-8
 * </pre>
 */
final class TableFormat {
  static final int VERSION = 1;
  static final int HEADER_BYTES = 128;
  static final int ALIGNMENT = 64;

  private static final byte[] MAGIC = "ASSAYST\n".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKED_HEADER_BYTES = HEADER_BYTES - 4;

  private TableFormat() {}

  /** A finished table: its layout, and of each column the offset and checksum. */
  record Directory(TableLayout layout, long[] offsets, int[] crcs) {}

  private record Header(
      int regions,
      int width,
      int height,
      int grid,
      int classes,
      long directoryOffset,
      long directoryBytes,
      int directoryCrc) {}

  static long align(long offset) {
    return (offset + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static long columnBytes(TableLayout layout, int column) {
    return layout.regions() * layout.columns().get(column).rowBytes();
  }

  /** Where each column starts, and last where the directory does. */
  static long[] offsets(TableLayout layout) {
    long[] offsets = new long[layout.columns().size() + 1];
    offsets[0] = HEADER_BYTES;
    for (int i = 1; i < offsets.length; i++) {
      offsets[i] = Math.addExact(offsets[i - 1], align(columnBytes(layout, i - 1)));
    }
    return offsets;
  }

  static byte[] encodeDirectory(TableLayout layout, int[] crcs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    putTexts(out, layout.classNames());
    putTexts(out, layout.images());
    putInt(out, layout.columns().size());
    long[] offsets = offsets(layout);
    for (int i = 0; i < crcs.length; i++) {
      Column.Spec column = layout.columns().get(i);
      putText(out, column.name());
      putInt(out, column.type().code());
      putInt(out, column.width());
      out.writeBytes(littleEndian(8).putLong(offsets[i]).array());
      putInt(out, crcs[i]);
    }
    return out.toByteArray();
  }

  static ByteBuffer encodeHeader(TableLayout layout, byte[] directory) {
    long[] offsets = offsets(layout);
    long directoryOffset = offsets[offsets.length - 1];
    byte[] header = new byte[HEADER_BYTES];
    ByteBuffer b = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    b.put(MAGIC).putInt(VERSION).putInt(layout.regions());
    b.putInt(layout.regionWidth()).putInt(layout.regionHeight());
    b.putInt(layout.grid()).putInt(layout.classes());
    b.putLong(directoryOffset).putLong(directory.length);
    b.putLong(directoryOffset + directory.length).putInt(crc(directory));
    b.putInt(CHECKED_HEADER_BYTES, crc(Arrays.copyOf(header, CHECKED_HEADER_BYTES)));
    return b.rewind();
  }

  /** Reads and checks everything but the columns' bytes. */
  static Directory read(Path file, FileChannel channel) throws IOException {
    Header header = readHeader(file, channel);
    byte[] bytes = read(file, channel, header.directoryOffset(), (int) header.directoryBytes());
    if (crc(bytes) != header.directoryCrc()) {
      throw damaged(file, "a directory whose checksum differs");
    }
    try {
      Directory directory = decode(header, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
      requireInside(file, directory, header.directoryOffset());
      return directory;
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw damaged(file, "an ill-formed directory (" + e + ")");
    }
  }

  private static Header readHeader(Path file, FileChannel channel) throws IOException {
    byte[] bytes = read(file, channel, 0, HEADER_BYTES);
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new BadTableException(file, "other first bytes", "a signal table");
    }
    int version = b.position(MAGIC.length).getInt();
    if (version != VERSION) {
      throw new BadTableException(
          file, "signal table version " + Integer.toUnsignedLong(version), "version " + VERSION);
    }
    if (b.getInt(CHECKED_HEADER_BYTES) != crc(Arrays.copyOf(bytes, CHECKED_HEADER_BYTES))) {
      throw damaged(file, "a header whose checksum differs");
    }
    int regions = b.getInt();
    int width = b.getInt();
    int height = b.getInt();
    int grid = b.getInt();
    int classes = b.getInt();
    long offset = b.getLong();
    long length = b.getLong();
    long fileBytes = b.getLong();
    if (channel.size() != fileBytes) {
      throw new BadTableException(file, channel.size() + " bytes", fileBytes + " bytes");
    }
    boolean inside = offset >= HEADER_BYTES && length >= 0 && length <= fileBytes - offset;
    if (!inside || length > Integer.MAX_VALUE) {
      throw damaged(file, "a directory of " + length + " bytes at " + offset);
    }
    return new Header(regions, width, height, grid, classes, offset, length, b.getInt());
  }

  private static Directory decode(Header header, ByteBuffer b) {
    List<String> classNames = texts(b);
    List<String> images = texts(b);
    int count = count(b);
    List<Column.Spec> columns = new ArrayList<>();
    long[] offsets = new long[count];
    int[] crcs = new int[count];
    for (int i = 0; i < count; i++) {
      String name = text(b);
      int type = b.getInt();
      columns.add(new Column.Spec(name, type(type), b.getInt()));
      offsets[i] = b.getLong();
      crcs[i] = b.getInt();
    }
    TableLayout layout =
        new TableLayout(
            header.regions(),
            header.width(),
            header.height(),
            header.grid(),
            header.classes(),
            classNames,
            images,
            columns);
    if (!layout.columns().equals(columns)) {
      throw new IllegalArgumentException("columns " + columns + " do not start with image, x, y");
    }
    return new Directory(layout, offsets, crcs);
  }

  private static Column.Type type(int code) {
    for (Column.Type type : Column.Type.values()) {
      if (type.code() == code) {
        return type;
      }
    }
    throw new IllegalArgumentException("column type " + Integer.toUnsignedLong(code));
  }

  private static void requireInside(Path file, Directory directory, long end)
      throws BadTableException {
    for (int i = 0; i < directory.offsets().length; i++) {
      long offset = directory.offsets()[i];
      long bytes = columnBytes(directory.layout(), i);
      if (offset < HEADER_BYTES || offset % ALIGNMENT != 0 || bytes > end - offset) {
        throw damaged(
            file,
            "column %s with %d bytes at %d of %d"
                .formatted(directory.layout().columns().get(i), bytes, offset, end));
      }
    }
  }

  static BadTableException damaged(Path file, String found) {
    return new BadTableException(file, found, "an intact signal table");
  }

  private static byte[] read(Path file, FileChannel channel, long offset, int bytes)
      throws IOException {
    ByteBuffer b = ByteBuffer.allocate(bytes);
    while (b.hasRemaining()) {
      if (channel.read(b, offset + b.position()) < 0) {
        throw new BadTableException(
            file, channel.size() + " bytes", "at least " + (offset + bytes) + " bytes");
      }
    }
    return b.array();
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void putInt(ByteArrayOutputStream out, int value) {
    out.writeBytes(littleEndian(4).putInt(value).array());
  }

  private static void putText(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    putInt(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void putTexts(ByteArrayOutputStream out, List<String> texts) {
    putInt(out, texts.size());
    texts.forEach(text -> putText(out, text));
  }

  /** A count of things of at least four bytes each, so that no count outgrows the directory. */
  private static int count(ByteBuffer b) {
    int count = b.getInt();
    if (count < 0 || count > b.remaining() / 4) {
      throw new IllegalArgumentException("a list of " + Integer.toUnsignedLong(count));
    }
    return count;
  }

  private static String text(ByteBuffer b) {
    int length = b.getInt();
    if (length < 0 || length > b.remaining()) {
      throw new IllegalArgumentException("a text of " + Integer.toUnsignedLong(length) + " bytes");
    }
    byte[] bytes = new byte[length];
    b.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<String> texts(ByteBuffer b) {
    int count = count(b);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(text(b));
    }
    return texts;
  }
}
