package dev.assay.format;

import dev.assay.memory.MappedWindow;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The bytes {@code [position, end)} of a file as a stream; buffers, maps nothing, owns nothing. */
final class WindowInput extends InputStream {
  private static final int CHUNK = 1 << 13;

  private final MappedWindow window;
  private final long end;
  private long position;
  private byte[] chunk = new byte[0];
  private int used;

  WindowInput(MappedWindow window, long position, long end) {
    this.window = window;
    this.position = position;
    this.end = end;
  }

  private boolean fill() throws IOException {
    if (used < chunk.length) {
      return true;
    }
    if (position == end) {
      return false;
    }
    int count = (int) Math.min(CHUNK, end - position);
    if (chunk.length != count) {
      chunk = new byte[count];
    }
    window.read(position, chunk);
    position += count;
    used = 0;
    return true;
  }

  @Override
  public int read() throws IOException {
    return fill() ? chunk[used++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - used);
    System.arraycopy(chunk, used, target, offset, count);
    used += count;
    return count;
  }
}
