package dev.assay.format;

import java.io.IOException;
import java.util.zip.CRC32;
import org.agrona.UnsafeApi;

/**
 * An archive's member that is compared with its checksum on the way, when it is read in order to
 * its end: the last read then throws if they differ. Reading again is not checked again.
 */
final class CheckedBytes implements ArrayBytes {
  private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
  private static final int CHUNK = 1 << 16;

  private final String source;
  private final ArrayBytes bytes;
  private final long length;
  private final CRC32 checksum;
  private final long expected;
  private final byte[] chunk = new byte[CHUNK];
  private long next;

  /**
   * @param checksum of what precedes the array in its member
   * @param expected of the whole member
   */
  CheckedBytes(String source, ArrayBytes bytes, long length, CRC32 checksum, long expected) {
    this.source = source;
    this.bytes = bytes;
    this.length = length;
    this.checksum = checksum;
    this.expected = expected;
  }

  @Override
  public void copy(long offset, long count, long address) throws IOException {
    bytes.copy(offset, count, address);
    check(offset, count, address);
  }

  @Override
  public long map(long offset, long count) throws IOException {
    long address = bytes.map(offset, count);
    if (address != 0) {
      check(offset, count, address);
    }
    return address;
  }

  private void check(long offset, long count, long address) throws FormatException {
    if (offset != next || next == length) {
      return;
    }
    for (long done = 0; done < count; done += CHUNK) {
      int part = (int) Math.min(CHUNK, count - done);
      UnsafeApi.copyMemory(null, address + done, chunk, BYTES, part);
      checksum.update(chunk, 0, part);
    }
    next += count;
    if (next == length && checksum.getValue() != expected) {
      throw new FormatException(
          String.format(
              "%s: found checksum %08x, expected %08x", source, checksum.getValue(), expected));
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
