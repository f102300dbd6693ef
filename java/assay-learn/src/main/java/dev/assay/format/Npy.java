package dev.assay.format;

import dev.assay.memory.HostBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Reads and writes single arrays (.npy). Whoever gets an array closes it. */
public final class Npy {
  private static final int CHUNK = 1 << 16;

  private Npy() {}

  /**
   * Reads a file.
   *
   * @throws FormatException if it is not a whole .npy file of a supported type
   */
  public static NdArray read(Path file) throws IOException {
    try (NpyFile npy = NpyFile.open(file)) {
      return npy.read(npy.names().get(0));
    }
  }

  /** Writes a file, atomically. */
  public static void write(Path file, NdArray array) throws IOException {
    AtomicFile.write(file, out -> write(out, array));
  }

  /** Writes one array, C order, little endian. */
  static void write(OutputStream out, NdArray array) throws IOException {
    out.write(NpyHeader.of(array));
    byte[] chunk = new byte[CHUNK];
    HostBuffer from = array.buffer();
    for (long done = 0; done < from.bytes(); ) {
      int count = (int) Math.min(CHUNK, from.bytes() - done);
      from.getBytes(done, chunk, 0, count);
      out.write(chunk, 0, count);
      done += count;
    }
  }
}
