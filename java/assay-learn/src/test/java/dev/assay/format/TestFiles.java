package dev.assay.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Array files made by hand, byte by byte, independently of the writers under test. */
final class TestFiles {
  private TestFiles() {}

  /** An .npy file of version 1.0 with a header of 118 bytes. */
  static byte[] npy(String descr, boolean fortran, String shape, byte[] data) {
    String dictionary =
        String.format(
            Locale.ROOT,
            "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }",
            descr,
            fortran ? "True" : "False",
            shape);
    byte[] text = dictionary.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer file = ByteBuffer.allocate(128 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) 118);
    file.put(text);
    while (file.position() < 127) {
      file.put((byte) ' ');
    }
    return file.put((byte) '\n').put(data).array();
  }

  /** A zip archive; stored members start {@code padding} bytes later than they would. */
  static byte[] zip(Map<String, byte[]> members, boolean stored, int padding) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> member : members.entrySet()) {
        ZipEntry entry = new ZipEntry(member.getKey());
        if (stored) {
          CRC32 crc = new CRC32();
          crc.update(member.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(member.getValue().length);
          entry.setCrc(crc.getValue());
        }
        if (padding > 0) {
          ByteBuffer extra = ByteBuffer.allocate(4 + padding).order(ByteOrder.LITTLE_ENDIAN);
          entry.setExtra(extra.putShort((short) 0x7777).putShort((short) padding).array());
        }
        zip.putNextEntry(entry);
        zip.write(member.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** An archive of one member without extra fields, its directory rewritten in zip64. */
  static byte[] zip64(byte[] zip) {
    ByteBuffer from = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int directory = from.getInt(zip.length - 6);
    int entryBytes = zip.length - 22 - directory;
    ByteBuffer to = ByteBuffer.allocate(zip.length + 28 + 56 + 20).order(ByteOrder.LITTLE_ENDIAN);
    to.put(zip, 0, directory + entryBytes);
    long compressed = from.getInt(directory + 20);
    long size = from.getInt(directory + 24);
    long header = from.getInt(directory + 42);
    to.putInt(directory + 20, -1).putInt(directory + 24, -1).putInt(directory + 42, -1);
    to.putShort(directory + 30, (short) 28);
    to.putShort((short) 1).putShort((short) 24).putLong(size).putLong(compressed).putLong(header);
    long end = to.position();
    to.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45).putInt(0).putInt(0);
    to.putLong(1).putLong(1).putLong(entryBytes + 28).putLong(directory);
    to.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    to.putInt(0x06054b50).putInt(0).putShort((short) -1).putShort((short) -1);
    return to.putInt(-1).putInt(-1).putShort((short) 0).array();
  }

  /** A safetensors file of one array. */
  static byte[] safetensors(String name, String dtype, String shape, byte[] data) {
    String header =
        "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}}"
            .formatted(name, dtype, shape, data.length);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  /** fp32 values in either byte order. */
  static byte[] floats(ByteOrder order, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(order);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  static Path write(Path file, byte[] bytes) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(bytes);
    }
    return file;
  }
}
