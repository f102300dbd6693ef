package dev.assay.memory;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.UnsafeApi;

/**
 * A movable read-only window on a file. At most one range is mapped at a time and the one before is
 * unmapped, so that what is resident stays bounded by the window however large the file is.
 *
 * <p>Confined to one thread at a time; whoever opened it closes it. The file must not be truncated
 * while a range of it is mapped: reading behind its new end would end the process.
 */
public final class MappedWindow implements AutoCloseable {
  /** The largest range that can be mapped: Java's buffers count with an {@code int}. */
  public static final long MAX_BYTES = Integer.MAX_VALUE;

  private static final int CHUNK = 1 << 16;

  private final Path file;
  private final FileChannel channel;
  private final long bytes;
  private ByteBuffer chunk;
  private MappedByteBuffer window;

  private MappedWindow(Path file, FileChannel channel, long bytes) {
    this.file = file;
    this.channel = channel;
    this.bytes = bytes;
    LeakCheck.opened(this, file.toString());
  }

  /** Opens a file; maps nothing yet. */
  public static MappedWindow open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new MappedWindow(file, channel, channel.size());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Size of the file in bytes, when it was opened. */
  public long bytes() {
    return bytes;
  }

  /**
   * Maps {@code [offset, offset + length)} in place of the range before.
   *
   * @param length at most {@link #MAX_BYTES}
   * @return the range's address, valid until the next call or {@link #close()}
   */
  public long map(long offset, long length) throws IOException {
    checkRange(offset, length);
    if (length > MAX_BYTES) {
      throw new IllegalArgumentException(
          file + ": length=" + length + " must be at most " + MAX_BYTES);
    }
    unmap();
    window = channel.map(MapMode.READ_ONLY, offset, length);
    return BufferUtil.address(window);
  }

  /** Copies {@code [offset, offset + length)} to {@code address} without mapping it. */
  public void read(long offset, long length, long address) throws IOException {
    checkRange(offset, length);
    if (chunk == null) {
      chunk = ByteBuffer.allocateDirect(CHUNK);
    }
    for (long done = 0; done < length; ) {
      chunk.clear().limit((int) Math.min(CHUNK, length - done));
      int count = channel.read(chunk, offset + done);
      if (count < 0) {
        throw new EOFException(
            file + ": found its end at byte " + (offset + done) + ", expected " + bytes);
      }
      UnsafeApi.copyMemory(BufferUtil.address(chunk), address + done, count);
      done += count;
    }
  }

  /** Copies bytes from {@code offset} on into all of {@code target}. */
  public void read(long offset, byte[] target) throws IOException {
    checkRange(offset, target.length);
    ByteBuffer buffer = ByteBuffer.wrap(target);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new EOFException(file + ": found its end early, expected " + bytes + " bytes");
      }
    }
  }

  private void checkRange(long offset, long length) {
    if (offset < 0 || length < 0 || offset > bytes - length) {
      throw new IndexOutOfBoundsException(
          file
              + ": ["
              + offset
              + ", "
              + offset
              + " + "
              + length
              + ") must lie in [0, "
              + bytes
              + ")");
    }
  }

  private void unmap() {
    if (window != null) {
      IoUtil.unmap(window);
      window = null;
    }
  }

  /** Unmaps and closes the file; idempotent. */
  @Override
  public void close() throws IOException {
    unmap();
    if (chunk != null) {
      BufferUtil.free(chunk);
      chunk = null;
    }
    LeakCheck.closed(this);
    channel.close();
  }
}
