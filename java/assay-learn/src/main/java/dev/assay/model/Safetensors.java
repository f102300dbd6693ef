package dev.assay.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;

/**
 * A safetensors file opened for reading: u64 LE length of a JSON header of at most 100 MB, then the
 * data. The header is checked completely on opening: types, shapes, offsets, overlaps, truncation.
 * Owner of the open file; confined to one thread.
 */
public final class Safetensors implements AutoCloseable {
  static final long MAX_HEADER_BYTES = 100_000_000;
  static final String METADATA = "__metadata__";
  private static final int CHUNK_VALUES = 1 << 18;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Element types that are understood; others may be present but not read. */
  enum Type {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U64(8),
    U32(4),
    U16(2),
    U8(1),
    BOOL(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  /**
   * One array of the file.
   *
   * @param shape extents, outermost first; empty for a scalar
   */
  private record Entry(Type type, long[] shape, long begin, long end) {
    long count() {
      return (end - begin) / type.bytes();
    }
  }

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private long dataStart;

  private Safetensors(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens and checks a file.
   *
   * @throws IOException naming the file, what was found and what was expected
   */
  public static Safetensors open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    Safetensors opened = new Safetensors(file, channel);
    try {
      opened.readHeader();
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void readHeader() throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw bad("has " + size + " bytes, a safetensors file has at least 8");
    }
    long length = fill(ByteBuffer.allocate(8), 0).getLong(0);
    if (length < 2 || length > MAX_HEADER_BYTES || length > size - 8) {
      throw bad(
          "header length "
              + Long.toUnsignedString(length)
              + " must be in [2, "
              + Math.min(MAX_HEADER_BYTES, size - 8)
              + "]");
    }
    dataStart = 8 + length;
    JsonNode header;
    try {
      header = JSON.readTree(fill(ByteBuffer.allocate((int) length), 8).array());
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": header is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!header.isObject()) {
      throw bad("header must be a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(field.getValue());
      } else {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue(), size - dataStart));
      }
    }
    checkCoverage(size - dataStart);
  }

  private void readMetadata(JsonNode node) throws IOException {
    if (!node.isObject()) {
      throw bad(METADATA + " must be an object");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getValue().isTextual()) {
        throw bad(METADATA + "." + field.getKey() + " must be a string");
      }
      metadata.put(field.getKey(), field.getValue().textValue());
    }
  }

  private Entry entry(String name, JsonNode node, long dataBytes) throws IOException {
    Type type = type(name, node.path("dtype"));
    long[] shape = longs(name + ".shape", node.path("shape"), -1);
    long[] offsets = longs(name + ".data_offsets", node.path("data_offsets"), 2);
    long bytes = type.bytes();
    try {
      for (long extent : shape) {
        bytes = Math.multiplyExact(bytes, extent);
      }
    } catch (ArithmeticException e) {
      throw new IOException(
          file + ": " + name + ".shape " + Arrays.toString(shape) + " overflows", e);
    }
    if (offsets[0] > offsets[1] || offsets[1] > dataBytes) {
      throw bad(
          name
              + ".data_offsets "
              + Arrays.toString(offsets)
              + " must lie in order in [0, "
              + dataBytes
              + "]: the file is truncated or its header wrong");
    }
    if (offsets[1] - offsets[0] != bytes) {
      throw bad(
          name
              + ": "
              + (offsets[1] - offsets[0])
              + " bytes between its offsets, but "
              + type
              + " "
              + Arrays.toString(shape)
              + " needs "
              + bytes);
    }
    return new Entry(type, shape, offsets[0], offsets[1]);
  }

  private Type type(String name, JsonNode node) throws IOException {
    try {
      return Type.valueOf(node.asText());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + ": "
              + name
              + ".dtype "
              + node
              + " must be one of "
              + Arrays.toString(Type.values()),
          e);
    }
  }

  private long[] longs(String what, JsonNode node, int length) throws IOException {
    if (!node.isArray() || (length >= 0 && node.size() != length)) {
      throw bad(what + " must be an array" + (length >= 0 ? " of " + length : ""));
    }
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      if (!node.get(i).isIntegralNumber()
          || !node.get(i).canConvertToLong()
          || node.get(i).longValue() < 0) {
        throw bad(what + "[" + i + "]=" + node.get(i) + " must be an integer >= 0");
      }
      values[i] = node.get(i).longValue();
    }
    return values;
  }

  /** The format allows neither overlaps nor holes. */
  private void checkCoverage(long dataBytes) throws IOException {
    List<String> names = new ArrayList<>(entries.keySet());
    names.sort(
        Comparator.comparingLong((String n) -> entries.get(n).begin())
            .thenComparingLong(n -> entries.get(n).end()));
    long expected = 0;
    for (String name : names) {
      Entry e = entries.get(name);
      if (e.begin() != expected) {
        throw bad(
            name
                + " begins at "
                + e.begin()
                + (e.begin() < expected ? ", overlapping" : ", after a hole behind")
                + " the array that ends at "
                + expected);
      }
      expected = e.end();
    }
    if (expected != dataBytes) {
      throw bad("has " + dataBytes + " bytes of data, its arrays end at " + expected);
    }
  }

  /** Names of all arrays. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** The file's string-to-string notes. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** Whether there is an array of that name. */
  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /** Extents of an array. */
  public long[] shape(String name) throws IOException {
    return get(name).shape().clone();
  }

  /** Reads an F32, F16, BF16 or F64 array. */
  public float[] floats(String name) throws IOException {
    float[] values = new float[Math.toIntExact(get(name).count())];
    read(name, (index, value) -> values[(int) index] = value);
    return values;
  }

  /** Reads an array as {@link #floats} does, into fp32 memory at {@code address}. */
  public void readInto(String name, long address) throws IOException {
    read(name, (index, value) -> UnsafeApi.putFloat(address + index * Float.BYTES, value));
  }

  private interface Sink {
    void accept(long index, float value);
  }

  private void read(String name, Sink sink) throws IOException {
    Entry e = get(name);
    switch (e.type()) {
      case F32, F16, BF16, F64 -> {}
      default -> throw bad(name + ": dtype " + e.type() + " must be F32, F16, BF16 or F64");
    }
    int width = e.type().bytes();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_VALUES * width);
    for (long done = 0; done < e.count(); done += CHUNK_VALUES) {
      int values = (int) Math.min(CHUNK_VALUES, e.count() - done);
      chunk.clear().limit(values * width);
      fill(chunk, dataStart + e.begin() + done * width);
      for (int i = 0; i < values; i++) {
        sink.accept(done + i, widen(e.type(), chunk, i * width));
      }
    }
  }

  private static float widen(Type type, ByteBuffer from, int at) {
    return switch (type) {
      case F32 -> from.getFloat(at);
      case F64 -> (float) from.getDouble(at);
      case BF16 -> Float.intBitsToFloat(from.getShort(at) << 16);
      default -> halfToFloat(from.getShort(at));
    };
  }

  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1F;
    int mantissa = half & 0x3FF;
    if (exponent == 0) {
      float small = mantissa * 0x1.0p-24f;
      return sign == 0 ? small : -small;
    }
    int wide = exponent == 31 ? 0xFF : exponent + 112;
    return Float.intBitsToFloat(sign | (wide << 23) | (mantissa << 13));
  }

  private Entry get(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw bad("has no array named " + name);
    }
    return entry;
  }

  private ByteBuffer fill(ByteBuffer buffer, long position) throws IOException {
    buffer.order(ByteOrder.LITTLE_ENDIAN);
    long at = position;
    while (buffer.hasRemaining()) {
      int got = channel.read(buffer, at);
      if (got < 0) {
        throw bad("ends at byte " + at + " in the middle of an array");
      }
      at += got;
    }
    return buffer.flip();
  }

  private IOException bad(String problem) {
    return new IOException(file + ": " + problem);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
