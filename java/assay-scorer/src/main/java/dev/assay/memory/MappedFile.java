package dev.assay.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;

/**
 * Owner of a file, or a range of it, mapped read-only in segments, so that files over 2 GiB work.
 *
 * <p>A range can be addressed when it lies in one segment; writers of such files place their
 * records accordingly. Any thread may read; the file must not be truncated while it is mapped
 * (replace it by renaming another over it). After {@link #close()} addresses handed out before are
 * invalid.
 */
public final class MappedFile implements AutoCloseable {
  private final Path file;
  private final long bytes;
  private final long segmentBytes;
  private final MappedByteBuffer[] segments;
  private final long[] addresses;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MappedFile(Path file, long bytes, long segmentBytes, MappedByteBuffer[] segments) {
    this.file = file;
    this.bytes = bytes;
    this.segmentBytes = segmentBytes;
    this.segments = segments;
    this.addresses = new long[segments.length];
    for (int i = 0; i < segments.length; i++) {
      addresses[i] = BufferUtil.address(segments[i]);
    }
    LeakCheck.opened(this, file.toString());
  }

  /**
   * Maps {@code file}.
   *
   * @param segmentBytes size of one mapping, in [1, 2^31)
   * @throws IOException if the file cannot be opened or mapped
   */
  public static MappedFile openReadOnly(Path file, long segmentBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return readOnly(file, channel, 0, channel.size(), segmentBytes);
    }
  }

  /**
   * Maps {@code bytes} bytes from {@code offset} on; offsets in this object then start there.
   *
   * @param file what the channel has open; appears in error messages
   * @param segmentBytes size of one mapping, in [1, 2^31)
   */
  public static MappedFile readOnly(
      Path file, FileChannel channel, long offset, long bytes, long segmentBytes)
      throws IOException {
    if (segmentBytes < 1 || segmentBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "segmentBytes=" + segmentBytes + " must be in [1, " + Integer.MAX_VALUE + "]");
    }
    int count = Math.toIntExact((bytes + segmentBytes - 1) / segmentBytes);
    MappedByteBuffer[] segments = new MappedByteBuffer[count];
    try {
      for (int i = 0; i < count; i++) {
        long from = i * segmentBytes;
        long size = Math.min(segmentBytes, bytes - from);
        segments[i] = channel.map(MapMode.READ_ONLY, offset + from, size);
      }
    } catch (IOException | RuntimeException e) {
      unmap(segments);
      throw e;
    }
    return new MappedFile(file, bytes, segmentBytes, segments);
  }

  /** Number of mapped bytes. */
  public long bytes() {
    return bytes;
  }

  /**
   * Address of the range {@code [offset, offset + length)}.
   *
   * @throws IndexOutOfBoundsException if the range is not inside one segment of the file
   * @throws IllegalStateException if the file is closed
   */
  public long address(long offset, long length) {
    requireOpen();
    if (offset < 0
        || length < 0
        || length > bytes - offset
        || (length > 0 && offset / segmentBytes != (offset + length - 1) / segmentBytes)) {
      throw new IndexOutOfBoundsException(
          file
              + ": range ["
              + offset
              + ", "
              + (offset + length)
              + ") must lie in one segment of "
              + segmentBytes
              + " bytes within [0, "
              + bytes
              + ")");
    }
    return addresses[(int) (offset / segmentBytes)] + offset % segmentBytes;
  }

  /**
   * Checks that the file is still mapped; for views that hold an address.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("MappedFile " + file + " (" + bytes + " bytes) is closed");
    }
  }

  /**
   * The same range as a read-only buffer, for code that wants one; invalid after {@link #close()}.
   */
  public ByteBuffer slice(long offset, int length) {
    address(offset, length);
    return segments[(int) (offset / segmentBytes)].slice((int) (offset % segmentBytes), length);
  }

  /** Unmaps the file; idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      unmap(segments);
      LeakCheck.closed(this);
    }
  }

  private static void unmap(MappedByteBuffer[] segments) {
    for (MappedByteBuffer segment : segments) {
      if (segment != null) {
        IoUtil.unmap(segment);
      }
    }
  }
}
