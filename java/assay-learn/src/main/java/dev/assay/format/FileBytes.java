package dev.assay.format;

import dev.assay.memory.MappedWindow;
import java.io.IOException;

/** An array whose bytes lie in the file as they are; the file's owner closes the window. */
record FileBytes(MappedWindow window, long start) implements ArrayBytes {
  @Override
  public void copy(long offset, long length, long address) throws IOException {
    window.read(start + offset, length, address);
  }

  @Override
  public long map(long offset, long length) throws IOException {
    return length > MappedWindow.MAX_BYTES ? 0 : window.map(start + offset, length);
  }

  @Override
  public void close() {}
}
