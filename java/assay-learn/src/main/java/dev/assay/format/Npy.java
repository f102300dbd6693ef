package dev.assay.format;

import dev.assay.memory.HostBuffer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.UnsafeApi;

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
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), CHUNK)) {
      return read(in, file.toString(), file.getFileName().toString(), Files.size(file));
    }
  }

  /** Writes a file, atomically. */
  public static void write(Path file, NdArray array) throws IOException {
    AtomicFile.write(file, out -> write(out, array));
  }

  /**
   * Reads one array.
   *
   * @param source names the stream in messages
   * @param name the array's name
   * @param size bytes in the stream, so that a header that promises more allocates nothing; -1 when
   *     unknown
   */
  static NdArray read(InputStream in, String source, String name, long size) throws IOException {
    NpyHeader header = NpyHeader.read(in, source);
    long bytes = header.dataBytes(source);
    if (size >= 0 && size - header.bytes() != bytes) {
      throw new FormatException(
          source
              + ": found "
              + (size - header.bytes())
              + " bytes of data, expected "
              + bytes
              + " for the shape in its header");
    }
    NdArray array = new NdArray(name, header.type(), header.textLength(), header.shape());
    try {
      fill(in, source, array.buffer());
      if (header.bigEndian()) {
        swap(array.buffer(), header.type().bytes());
      }
      return header.fortran() && array.rank() > 1 ? fromFortran(array, header) : array;
    } catch (IOException | RuntimeException e) {
      array.close();
      throw e;
    }
  }

  private static void fill(InputStream in, String source, HostBuffer to) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (long done = 0; done < to.bytes(); ) {
      int count = in.readNBytes(chunk, 0, (int) Math.min(CHUNK, to.bytes() - done));
      if (count == 0) {
        throw new FormatException(
            source + ": found " + done + " bytes of data, expected " + to.bytes());
      }
      to.putBytes(done, chunk, 0, count);
      done += count;
    }
  }

  private static void swap(HostBuffer buffer, int width) {
    long end = buffer.address() + buffer.bytes();
    for (long at = buffer.address(); at < end; at += width) {
      switch (width) {
        case 2 -> UnsafeApi.putShort(at, Short.reverseBytes(UnsafeApi.getShort(at)));
        case 4 -> UnsafeApi.putInt(at, Integer.reverseBytes(UnsafeApi.getInt(at)));
        case 8 -> UnsafeApi.putLong(at, Long.reverseBytes(UnsafeApi.getLong(at)));
        default -> {
          return;
        }
      }
    }
  }

  /** Fortran order has the first index vary fastest; ours has the last. Consumes {@code array}. */
  private static NdArray fromFortran(NdArray array, NpyHeader header) {
    NdArray ordered = new NdArray(array.name(), header.type(), header.textLength(), header.shape());
    int width = array.elementBytes();
    long[] shape = header.shape();
    long[] index = new long[shape.length];
    long to = ordered.buffer().address();
    for (long i = 0; i < array.count(); i++, to += width) {
      long from = 0;
      for (int d = shape.length - 1; d >= 0; d--) {
        from = from * shape[d] + index[d];
      }
      UnsafeApi.copyMemory(array.buffer().address() + from * width, to, width);
      for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
        index[d] = 0;
      }
    }
    array.close();
    return ordered;
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
