package dev.assay.format;

import dev.assay.memory.MappedWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The directory of a zip archive (PKWARE's APPNOTE 6.3, zip64 included), which tells where a stored
 * member's bytes lie so that they can be mapped; the JDK's reader does not. At most 64 MiB. Names
 * are keys here and never become paths.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int EXTRA_64 = 1;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ENCRYPTED = 1;
  private static final long IN_EXTRA = 0xffff_ffffL;
  private static final long LARGEST = 64 << 20;

  /** Deflate turns a byte into at most this many. */
  private static final long MAX_EXPANSION = 1032;

  private final Path file;
  private final MappedWindow window;
  private final Map<String, ZipMember> members = new LinkedHashMap<>();
  private long start;

  private ZipDirectory(Path file, MappedWindow window) {
    this.file = file;
    this.window = window;
  }

  /** Reads and checks the directory at the end of the file. */
  static ZipDirectory read(Path file, MappedWindow window) throws IOException {
    ZipDirectory directory = new ZipDirectory(file, window);
    directory.readEnd();
    return directory;
  }

  Collection<ZipMember> members() {
    return members.values();
  }

  ZipMember get(String name) {
    return members.get(name);
  }

  private void readEnd() throws IOException {
    long size = window.bytes();
    int tail = (int) Math.min(size, END_BYTES + LONGEST_COMMENT);
    ByteBuffer bytes = at(size - tail, tail);
    for (int i = tail - END_BYTES; i >= 0; i--) {
      if (bytes.getInt(i) == END && i + END_BYTES + unsigned(bytes, i + 20) == tail) {
        readEnd(bytes.slice(i, END_BYTES).order(ByteOrder.LITTLE_ENDIAN), size - tail + i);
        return;
      }
    }
    throw bad("found no end record");
  }

  private void readEnd(ByteBuffer end, long endAt) throws IOException {
    long count = unsigned(end, 10);
    long bytes = end.getInt(12) & IN_EXTRA;
    long from = end.getInt(16) & IN_EXTRA;
    long limit = endAt;
    if (count == LONGEST_COMMENT || bytes == IN_EXTRA || from == IN_EXTRA) {
      ByteBuffer end64 = end64(endAt);
      if (end64 != null) {
        limit = endAt - LOCATOR_64_BYTES;
        count = end64.getLong(32);
        bytes = end64.getLong(40);
        from = end64.getLong(48);
      }
    }
    if (from < 0 || bytes < 0 || bytes > LARGEST || from > limit - bytes) {
      throw bad("found a directory of " + bytes + " bytes at " + from + " of " + limit);
    }
    start = from;
    readEntries(at(from, (int) bytes), count);
  }

  private ByteBuffer end64(long endAt) throws IOException {
    if (endAt < LOCATOR_64_BYTES) {
      return null;
    }
    ByteBuffer locator = at(endAt - LOCATOR_64_BYTES, LOCATOR_64_BYTES);
    if (locator.getInt(0) != LOCATOR_64) {
      return null;
    }
    long from = locator.getLong(8);
    if (from < 0 || from > endAt - LOCATOR_64_BYTES - END_64_BYTES) {
      throw bad("found a zip64 end record at " + from);
    }
    ByteBuffer end = at(from, END_64_BYTES);
    if (end.getInt(0) != END_64) {
      throw bad("found no zip64 end record at " + from);
    }
    return end;
  }

  private void readEntries(ByteBuffer bytes, long count) throws IOException {
    long found = 0;
    while (bytes.remaining() >= ENTRY_BYTES) {
      int i = bytes.position();
      int name = unsigned(bytes, i + 28);
      int extra = unsigned(bytes, i + 30);
      int length = ENTRY_BYTES + name + extra + unsigned(bytes, i + 32);
      if (bytes.getInt(i) != ENTRY || length > bytes.remaining()) {
        break;
      }
      ZipMember member = entry(bytes.slice(i, length).order(ByteOrder.LITTLE_ENDIAN), name, extra);
      if (members.put(member.name(), member) != null) {
        throw bad("found two members named " + member.name());
      }
      bytes.position(i + length);
      found++;
    }
    if (bytes.hasRemaining() || found != count) {
      throw bad("found " + found + " of " + count + " whole directory entries");
    }
  }

  private ZipMember entry(ByteBuffer entry, int nameLength, int extraLength) throws IOException {
    byte[] name = new byte[nameLength];
    entry.get(ENTRY_BYTES, name);
    String text = new String(name, StandardCharsets.UTF_8);
    int method = unsigned(entry, 10);
    if ((unsigned(entry, 8) & ENCRYPTED) != 0 || (method != STORED && method != DEFLATED)) {
      throw bad("found member " + text + " encrypted or compressed by method " + method);
    }
    long size = entry.getInt(24) & IN_EXTRA;
    long compressed = entry.getInt(20) & IN_EXTRA;
    long header = entry.getInt(42) & IN_EXTRA;
    ByteBuffer wide =
        extra64(entry.slice(ENTRY_BYTES + nameLength, extraLength).order(ByteOrder.LITTLE_ENDIAN));
    size = widened(size, wide, text);
    compressed = widened(compressed, wide, text);
    header = widened(header, wide, text);
    boolean deflated = method == DEFLATED;
    requireSizes(text, deflated, header, compressed, size);
    return new ZipMember(text, deflated, entry.getInt(16) & IN_EXTRA, header, compressed, size);
  }

  private void requireSizes(String name, boolean deflated, long header, long compressed, long size)
      throws IOException {
    if (header < 0 || compressed < 0 || header > start - LOCAL_BYTES - compressed) {
      throw bad("found member " + name + " of " + compressed + " bytes at " + header);
    }
    if (deflated ? size < 0 || size / MAX_EXPANSION > compressed : size != compressed) {
      throw bad("found member " + name + " of " + compressed + " bytes that hold " + size);
    }
  }

  /** The zip64 extra field's values, or an empty buffer. */
  private static ByteBuffer extra64(ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = Math.min(extra.getShort() & 0xffff, extra.remaining());
      if (id == EXTRA_64) {
        return extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private long widened(long value, ByteBuffer wide, String name) throws IOException {
    if (value != IN_EXTRA) {
      return value;
    }
    if (wide.remaining() < Long.BYTES) {
      throw bad("found no zip64 size of member " + name);
    }
    return wide.getLong();
  }

  /** Offset of a member's first byte; its own header must tell the same name. */
  long dataStart(ZipMember member) throws IOException {
    ByteBuffer local = at(member.header(), LOCAL_BYTES);
    int nameLength = unsigned(local, 26);
    long data = member.header() + LOCAL_BYTES + nameLength + unsigned(local, 28);
    if (local.getInt(0) != LOCAL || data > start - member.compressed()) {
      throw bad("found no member " + member.name() + " at " + member.header());
    }
    byte[] name = member.name().getBytes(StandardCharsets.UTF_8);
    byte[] own = new byte[nameLength];
    window.read(member.header() + LOCAL_BYTES, own);
    if (!Arrays.equals(name, own)) {
      throw bad("found another name than " + member.name() + " at " + member.header());
    }
    return data;
  }

  private ByteBuffer at(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    window.read(offset, bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int unsigned(ByteBuffer bytes, int at) {
    return bytes.getShort(at) & 0xffff;
  }

  private FormatException bad(String found) {
    return new FormatException(
        file + ": found no whole zip archive (" + found + "), expected .npz");
  }
}
