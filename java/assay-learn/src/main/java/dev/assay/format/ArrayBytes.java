package dev.assay.format;

import java.io.IOException;

/** The bytes of one array of a file, in the file's own order. Confined to one thread at a time. */
interface ArrayBytes extends AutoCloseable {
  /** Copies {@code [offset, offset + length)} to {@code address}. */
  void copy(long offset, long length, long address) throws IOException;

  /**
   * Where {@code [offset, offset + length)} lies in memory, without a copy.
   *
   * @return an address that is valid until the next call, or 0 when the bytes must be copied
   */
  long map(long offset, long length) throws IOException;

  @Override
  void close() throws IOException;
}
