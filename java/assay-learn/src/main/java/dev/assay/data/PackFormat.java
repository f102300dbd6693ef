package dev.assay.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 * The bytes of a pack file: a header, the images' pixels, then an index.
 *
 * <pre>
 * header  "ASSAYPK\n", u32 version, u32 count, u64 index offset, u64 index bytes, u64 file bytes,
 *         u64 segment bytes, u32 CRC-32C of the index, u32 0, 32 bytes fingerprint,
 *         u32 CRC-32C of the 88 bytes before                                     (little-endian)
 * image   rgb u8 [h,w,3], then labels u8 [h,w], each at a multiple of 64, both in one segment
 * index   per image: u32 w, u32 h, u64 rgb offset, u64 label offset, u32 CRC-32C of rgb then
 *         labels, u32 id bytes, UTF-8 id                                         (big-endian)
 * </pre>
 */
final class PackFormat {
  static final int VERSION = 1;
  static final int HEADER_BYTES = 128;
  static final int ALIGNMENT = 64;
  static final int FINGERPRINT_BYTES = 32;

  private static final byte[] MAGIC = "ASSAYPK\n".getBytes(StandardCharsets.US_ASCII);
  private static final int CHECKED_HEADER_BYTES = 88;
  private static final int MIN_ENTRY_BYTES = 32;

  private PackFormat() {}

  record Entry(String id, int width, int height, long rgbOffset, long labelOffset, int crc) {
    long pixels() {
      return (long) width * height;
    }
  }

  record Header(long indexOffset, int indexBytes, long segmentBytes, int count, int indexCrc) {}

  static long align(long offset) {
    return (offset + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static int crc(byte[]... parts) {
    CRC32C crc = new CRC32C();
    for (byte[] part : parts) {
      crc.update(part);
    }
    return (int) crc.getValue();
  }

  static byte[] encodeIndex(List<Entry> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Entry e : entries) {
        byte[] id = e.id().getBytes(StandardCharsets.UTF_8);
        out.writeInt(e.width());
        out.writeInt(e.height());
        out.writeLong(e.rgbOffset());
        out.writeLong(e.labelOffset());
        out.writeInt(e.crc());
        out.writeInt(id.length);
        out.write(id);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static ByteBuffer encodeHeader(Header header, byte[] fingerprint) {
    ByteBuffer b = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    b.put(MAGIC).putInt(VERSION).putInt(header.count());
    b.putLong(header.indexOffset()).putLong(header.indexBytes());
    b.putLong(header.indexOffset() + header.indexBytes()).putLong(header.segmentBytes());
    b.putInt(header.indexCrc()).putInt(0).put(fingerprint);
    b.putInt(crc(Arrays.copyOf(b.array(), CHECKED_HEADER_BYTES)));
    return b.rewind();
  }

  /**
   * Reads and checks the header.
   *
   * @param fingerprint the expected one, or null for any
   * @return the header, or null if the file is sound but was made from another source
   */
  static Header readHeader(Path file, FileChannel channel, byte[] fingerprint) throws IOException {
    byte[] header = read(file, channel, 0, HEADER_BYTES);
    ByteBuffer b = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    b.get(magic);
    int version = b.getInt();
    if (!Arrays.equals(magic, MAGIC)) {
      throw new BadDataException(file, "other first bytes", "an image pack");
    }
    if (version != VERSION) {
      throw new BadDataException(file, "pack version " + version, "version " + VERSION);
    }
    int count = b.getInt();
    long indexOffset = b.getLong();
    long indexBytes = b.getLong();
    long fileBytes = b.getLong();
    long segmentBytes = b.getLong();
    int indexCrc = b.getInt();
    b.getInt();
    byte[] found = new byte[FINGERPRINT_BYTES];
    b.get(found);
    if (b.getInt() != crc(Arrays.copyOf(header, CHECKED_HEADER_BYTES))) {
      throw new BadDataException(file, "a header whose checksum differs", "an intact pack");
    }
    if (channel.size() != fileBytes) {
      throw new BadDataException(file, channel.size() + " bytes", fileBytes + " bytes");
    }
    if (fingerprint != null && !Arrays.equals(found, fingerprint)) {
      return null;
    }
    return new Header(indexOffset, Math.toIntExact(indexBytes), segmentBytes, count, indexCrc);
  }

  static List<Entry> readIndex(Path file, FileChannel channel, Header header) throws IOException {
    byte[] index = read(file, channel, header.indexOffset(), header.indexBytes());
    if (crc(index) != header.indexCrc()) {
      throw new BadDataException(file, "an index whose checksum differs", "an intact pack");
    }
    ByteBuffer b = ByteBuffer.wrap(index);
    List<Entry> entries = new ArrayList<>(header.count());
    while (b.remaining() >= MIN_ENTRY_BYTES) {
      int width = b.getInt();
      int height = b.getInt();
      long rgbOffset = b.getLong();
      long labelOffset = b.getLong();
      int crc = b.getInt();
      byte[] id = new byte[b.getInt()];
      b.get(id);
      String name = new String(id, StandardCharsets.UTF_8);
      entries.add(new Entry(name, width, height, rgbOffset, labelOffset, crc));
    }
    return entries;
  }

  private static byte[] read(Path file, FileChannel channel, long offset, int bytes)
      throws IOException {
    byte[] read = new byte[bytes];
    ByteBuffer b = ByteBuffer.wrap(read);
    while (b.hasRemaining()) {
      if (channel.read(b, offset + b.position()) < 0) {
        throw new BadDataException(
            file, channel.size() + " bytes", "at least " + (offset + bytes) + " bytes");
      }
    }
    return read;
  }
}
