package dev.assay.format;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Collects fp32 arrays by address and writes them as one safetensors file: a temporary file beside
 * the target, forced to disk, then renamed over it, so that a reader sees the old file or the new
 * one.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_BYTES = 1 << 20;

  /** The bytes of an array, wherever they are. */
  @FunctionalInterface
  public interface Source {
    /** Copies {@code bytes} of them, from byte {@code offset} on, to the host's {@code address}. */
    void copy(long offset, long bytes, long address);
  }

  private record Entry(long[] shape, Source source, long bytes) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /**
   * Adds an fp32 array that must stay valid until it is written.
   *
   * @param shape extents, outermost first
   */
  public SafetensorsWriter add(String name, long address, long... shape) {
    return add(
        name, (offset, bytes, to) -> UnsafeApi.copyMemory(address + offset, to, bytes), shape);
  }

  /**
   * Adds an fp32 array that is read when it is written, piece by piece.
   *
   * @param shape extents, outermost first
   */
  public SafetensorsWriter add(String name, Source source, long... shape) {
    long bytes = Float.BYTES;
    for (long extent : shape) {
      bytes = Math.multiplyExact(bytes, extent);
    }
    if (name.equals(SafetensorsHeader.METADATA)
        || entries.put(name, new Entry(shape.clone(), source, bytes)) != null) {
      throw new IllegalArgumentException("array name " + name + " is taken");
    }
    return this;
  }

  /** Adds a note. */
  public SafetensorsWriter note(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Writes the file. */
  public void write(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    Path temporary =
        Files.createTempFile(target.getParent(), target.getFileName().toString(), ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        writeHeader(channel);
        for (Entry e : entries.values()) {
          writeArray(channel, e);
        }
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel directory = FileChannel.open(target.getParent())) {
        directory.force(true);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void writeHeader(FileChannel channel) throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode notes = header.putObject(SafetensorsHeader.METADATA);
      metadata.forEach(notes::put);
    }
    long offset = 0;
    for (Map.Entry<String, Entry> field : entries.entrySet()) {
      ObjectNode node = header.putObject(field.getKey());
      node.put("dtype", "F32");
      ArrayNode shape = node.putArray("shape");
      for (long extent : field.getValue().shape()) {
        shape.add(extent);
      }
      node.putArray("data_offsets").add(offset).add(offset + field.getValue().bytes());
      offset += field.getValue().bytes();
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer buffer = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(padded).put(json);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    writeFully(channel, buffer.flip());
  }

  private static void writeArray(FileChannel channel, Entry e) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    long address = new UnsafeBuffer(chunk).addressOffset();
    for (long done = 0; done < e.bytes(); done += CHUNK_BYTES) {
      int bytes = (int) Math.min(CHUNK_BYTES, e.bytes() - done);
      e.source().copy(done, bytes, address);
      writeFully(channel, chunk.clear().limit(bytes));
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
