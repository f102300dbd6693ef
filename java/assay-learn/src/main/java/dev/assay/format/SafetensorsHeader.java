package dev.assay.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.assay.memory.MappedWindow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: u64 LE length of a JSON object of at most 100 MB, then the
 * data. Checked completely on reading: types, shapes, offsets, overlaps, holes, truncation.
 */
final class SafetensorsHeader {
  static final String METADATA = "__metadata__";
  private static final long MAX_BYTES = 100_000_000;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Map<String, ElementType> TYPES = types();

  /**
   * One array.
   *
   * @param dtype the format's own name of the type
   * @param begin offset of the first byte in the file's data, {@code end} of the first behind
   */
  record Entry(ArrayInfo info, String dtype, long begin, long end) {}

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private long dataStart;

  private SafetensorsHeader(Path file) {
    this.file = file;
  }

  private static Map<String, ElementType> types() {
    Map<String, ElementType> types = new LinkedHashMap<>();
    types.put("F64", ElementType.F8);
    types.put("F32", ElementType.F4);
    types.put("F16", ElementType.F2);
    types.put("BF16", ElementType.BF16);
    types.put("I64", ElementType.I8);
    types.put("I32", ElementType.I4);
    types.put("I16", ElementType.I2);
    types.put("I8", ElementType.I1);
    types.put("U64", ElementType.U8);
    types.put("U32", ElementType.U4);
    types.put("U16", ElementType.U2);
    types.put("U8", ElementType.U1);
    types.put("BOOL", ElementType.B1);
    return types;
  }

  /** Reads and checks the header of an open file. */
  static SafetensorsHeader read(Path file, MappedWindow window) throws IOException {
    SafetensorsHeader header = new SafetensorsHeader(file);
    header.read(window);
    return header;
  }

  private void read(MappedWindow window) throws IOException {
    long size = window.bytes();
    if (size < 8) {
      throw bad("has " + size + " bytes, a safetensors file has at least 8");
    }
    byte[] lengthField = new byte[8];
    window.read(0, lengthField);
    long length = ByteBuffer.wrap(lengthField).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_BYTES || length > size - 8) {
      throw bad(
          "header length "
              + Long.toUnsignedString(length)
              + " must be in [2, "
              + Math.min(MAX_BYTES, size - 8)
              + "]");
    }
    dataStart = 8 + length;
    byte[] text = new byte[(int) length];
    window.read(8, text);
    parse(text, size - dataStart);
  }

  private void parse(byte[] text, long dataBytes) throws IOException {
    JsonNode header;
    try {
      header = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new FormatException(file + ": header is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new FormatException(file + ": header is not JSON: " + e.getMessage(), e);
    }
    if (!header.isObject()) {
      throw bad("header must be a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals(METADATA)) {
        readMetadata(field.getValue());
      } else {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue(), dataBytes));
      }
    }
    checkCoverage(dataBytes);
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
    String dtype = node.path("dtype").asText();
    ElementType type = TYPES.get(dtype);
    if (type == null) {
      throw bad(name + ".dtype " + node.path("dtype") + " must be one of " + TYPES.keySet());
    }
    long[] shape = longs(name + ".shape", node.path("shape"), -1);
    long[] offsets = longs(name + ".data_offsets", node.path("data_offsets"), 2);
    List<Long> sides = Arrays.stream(shape).boxed().toList();
    ArrayInfo info = ArrayInfo.checked(file + "[" + name + "]", name, type, 0, false, false, sides);
    if (offsets[0] > offsets[1] || offsets[1] > dataBytes) {
      throw bad(
          name
              + ".data_offsets "
              + Arrays.toString(offsets)
              + " must lie in order in [0, "
              + dataBytes
              + "]: the file is truncated or its header wrong");
    }
    if (offsets[1] - offsets[0] != info.bytes()) {
      throw bad(
          name
              + ": "
              + (offsets[1] - offsets[0])
              + " bytes between its offsets, but "
              + dtype
              + " "
              + sides
              + " needs "
              + info.bytes());
    }
    return new Entry(info, dtype, offsets[0], offsets[1]);
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

  /** Every array by name, in the header's order. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** The file's string-to-string notes. */
  Map<String, String> metadata() {
    return metadata;
  }

  /** Offset of the data in the file. */
  long dataStart() {
    return dataStart;
  }

  private FormatException bad(String problem) {
    return new FormatException(file + ": " + problem);
  }
}
