package dev.assay.format;

import java.io.IOException;
import java.io.InputStream;
import org.agrona.UnsafeApi;

/** An array that is inflated while it is read: cheap in order, from the start again otherwise. */
final class InflatedBytes implements ArrayBytes {
  /** Opens the array's bytes from the first one on. */
  @FunctionalInterface
  interface Opener {
    InputStream open() throws IOException;
  }

  private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
  private static final int CHUNK = 1 << 16;

  private final String source;
  private final Opener opener;
  private final byte[] chunk = new byte[CHUNK];
  private InputStream in;
  private long position;

  InflatedBytes(String source, Opener opener) {
    this.source = source;
    this.opener = opener;
  }

  @Override
  public void copy(long offset, long length, long address) throws IOException {
    if (in == null || offset < position) {
      reopen();
    }
    while (position < offset) {
      next(offset - position);
    }
    for (long done = 0; done < length; ) {
      int count = next(length - done);
      UnsafeApi.copyMemory(chunk, BYTES, null, address + done, count);
      done += count;
    }
  }

  private int next(long wanted) throws IOException {
    int count;
    try {
      count = in.readNBytes(chunk, 0, (int) Math.min(CHUNK, wanted));
    } catch (IOException e) {
      throw damaged(e);
    }
    if (count == 0) {
      throw new FormatException(
          source + ": found " + position + " bytes of data, expected " + wanted + " more");
    }
    position += count;
    return count;
  }

  private void reopen() throws IOException {
    close();
    try {
      in = opener.open();
    } catch (IOException e) {
      throw damaged(e);
    }
    position = 0;
  }

  private FormatException damaged(IOException e) {
    return new FormatException(source + ": found damaged data (" + e.getMessage() + ")", e);
  }

  @Override
  public long map(long offset, long length) {
    return 0;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
      in = null;
    }
  }
}
