package dev.assay.format;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.MappedWindow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;

/**
 * A safetensors file opened for reading; its header is checked completely on opening. Owner of the
 * open file; confined to one thread.
 */
public final class Safetensors extends ArrayFile {
  private static final int CHUNK_VALUES = 1 << 16;

  private final Path file;
  private final MappedWindow window;
  private final SafetensorsHeader header;

  private Safetensors(Path file, MappedWindow window, SafetensorsHeader header) {
    this.file = file;
    this.window = window;
    this.header = header;
  }

  /**
   * Opens and checks a file.
   *
   * @throws FormatException naming the file, what was found and what was expected
   */
  public static Safetensors open(Path file) throws IOException {
    MappedWindow window = MappedWindow.open(file);
    try {
      return new Safetensors(file, window, SafetensorsHeader.read(file, window));
    } catch (IOException | RuntimeException e) {
      window.close();
      throw e;
    }
  }

  @Override
  public List<String> names() {
    return List.copyOf(header.entries().keySet());
  }

  /** The file's string-to-string notes. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** Whether there is an array of that name. */
  public boolean contains(String name) {
    return header.entries().containsKey(name);
  }

  /** Extents of an array. */
  public long[] shape(String name) throws IOException {
    return get(name).info().shape();
  }

  @Override
  public ArrayInfo info(String name) throws IOException {
    return get(name).info();
  }

  @Override
  ArrayBytes bytes(String name) throws IOException {
    return new FileBytes(window, header.dataStart() + get(name).begin());
  }

  /** Reads an F32, F16, BF16 or F64 array. */
  public float[] floats(String name) throws IOException {
    SafetensorsHeader.Entry e = get(name);
    float[] values = new float[Math.toIntExact(e.info().bytes() / e.info().elementBytes())];
    read(name, (index, value) -> values[(int) index] = value);
    return values;
  }

  /** Reads an array as {@link #floats} does, into fp32 memory at {@code address}. */
  public void readInto(String name, long address) throws IOException {
    read(name, (index, value) -> UnsafeApi.putFloat(address + index * Float.BYTES, value));
  }

  /** Takes the values of an array, wherever it keeps them. */
  @FunctionalInterface
  public interface Target {
    /** Copies {@code bytes} at the host's {@code address} to byte {@code offset} and on. */
    void copy(long address, long offset, long bytes);
  }

  /** Reads an array as {@link #floats} does, and hands it on as fp32, piece by piece. */
  public void readInto(String name, Target target) throws IOException {
    long count = get(name).info().bytes() / get(name).info().elementBytes();
    try (HostBuffer piece = HostBuffer.floats(name, Math.min(CHUNK_VALUES, count))) {
      read(
          name,
          (index, value) -> {
            int i = (int) (index % CHUNK_VALUES);
            piece.putFloat(i, value);
            if (i + 1 == CHUNK_VALUES || index + 1 == count) {
              target.copy(piece.address(), (index - i) * Float.BYTES, (i + 1L) * Float.BYTES);
            }
          });
    }
  }

  private interface Sink {
    void accept(long index, float value);
  }

  private void read(String name, Sink sink) throws IOException {
    SafetensorsHeader.Entry e = get(name);
    ElementType type = e.info().type();
    if (!type.isFloating()) {
      throw new FormatException(
          file + ": " + name + ": dtype " + e.dtype() + " must be F32, F16, BF16 or F64");
    }
    int width = type.bytes();
    long count = e.info().bytes() / width;
    ArrayBytes bytes = bytes(name);
    try (HostBuffer chunk = HostBuffer.allocate(name, (long) CHUNK_VALUES * width)) {
      for (long done = 0; done < count; done += CHUNK_VALUES) {
        int values = (int) Math.min(CHUNK_VALUES, count - done);
        bytes.copy(done * width, (long) values * width, chunk.address());
        for (int i = 0; i < values; i++) {
          sink.accept(done + i, Floats.widen(type, chunk.address() + (long) i * width));
        }
      }
    }
  }

  private SafetensorsHeader.Entry get(String name) throws IOException {
    SafetensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new FormatException(file + ": has no array named " + name);
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
