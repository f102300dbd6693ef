package dev.assay.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files are put together byte by byte as NumPy's format description says, not with our own writer.
 */
class NpzTest {
  @TempDir Path directory;

  private static byte[] npy(
      int major, String descr, boolean fortran, String shape, ByteBuffer data) {
    String dictionary =
        "{'descr': '"
            + descr
            + "', 'fortran_order': "
            + (fortran ? "True" : "False")
            + ", 'shape': "
            + shape
            + ", }\n";
    ByteBuffer file =
        ByteBuffer.allocate(12 + dictionary.length() + data.capacity())
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    file.put((byte) major).put((byte) 0);
    if (major == 1) {
      file.putShort((short) dictionary.length());
    } else {
      file.putInt(dictionary.length());
    }
    file.put(dictionary.getBytes(StandardCharsets.US_ASCII)).put(data.clear());
    return Arrays.copyOf(file.array(), file.position());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private NdArray read(byte[] npy) throws IOException {
    Path file = directory.resolve("a.npy");
    Files.write(file, npy);
    return Npy.read(file);
  }

  private void expect(byte[] npy, long[] shape, double... values) throws IOException {
    try (NdArray array = read(npy)) {
      assertArrayEquals(shape, array.shape());
      for (int i = 0; i < values.length; i++) {
        assertEquals(values[i], array.getDouble(i), "element " + i);
      }
    }
  }

  @Test
  void readsEveryTypeInBothByteOrders() throws IOException {
    expect(
        npy(1, "<f4", false, "(2,)", little(8).putFloat(1.5f).putFloat(-2)),
        new long[] {2},
        1.5,
        -2);
    expect(
        npy(2, ">f4", false, "(2,)", ByteBuffer.allocate(8).putFloat(1.5f).putFloat(-2)),
        new long[] {2},
        1.5,
        -2);
    expect(
        npy(3, ">f8", false, "(1, 2)", ByteBuffer.allocate(16).putDouble(0.1).putDouble(-1e300)),
        new long[] {1, 2},
        0.1,
        -1e300);
    expect(
        npy(1, ">i4", false, "(2,)", ByteBuffer.allocate(8).putInt(-7).putInt(1 << 30)),
        new long[] {2},
        -7,
        1 << 30);
    expect(npy(1, "<i8", false, "()", little(8).putLong(-9)), new long[0], -9);
    expect(
        npy(1, "|u1", false, "(2,)", little(2).put((byte) 255).put((byte) 3)),
        new long[] {2},
        255,
        3);
    expect(
        npy(1, "|b1", false, "(2,)", little(2).put((byte) 1).put((byte) 0)), new long[] {2}, 1, 0);
    expect(npy(1, "<u2", false, "(1,)", little(2).putShort((short) -1)), new long[] {1}, 65535);
    expect(npy(1, "<f4", false, "(0, 3)", little(0)), new long[] {0, 3});
  }

  @Test
  void widensHalfFloatsExactly() throws IOException {
    ByteBuffer halves = little(14);
    int[] bits = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0x3555};
    for (int b : bits) {
      halves.putShort((short) b);
    }
    expect(
        npy(1, "<f2", false, "(7,)", halves),
        new long[] {7},
        1,
        -2,
        65504,
        0x1p-24,
        -0.0,
        Double.POSITIVE_INFINITY,
        0.333251953125);
    byte[] brain =
        npy(1, "|V2", false, "(2,)", little(4).putShort((short) 0x3f80).putShort((short) 0xc049));
    expect(brain, new long[] {2}, 1, -3.140625);
    byte[] disguised = npy(1, "<u2", false, "(1,)", little(2).putShort((short) 0x3f80));
    try (NdArray array = read(disguised);
        NdArray bf16 = array.reinterpret(ElementType.BF16)) {
      assertEquals(1, bf16.getDouble(0));
    }
  }

  @Test
  void turnsFortranOrderIntoC() throws IOException {
    ByteBuffer data = little(48);
    // a[i][j][k] = 100 i + 10 j + k of shape (2, 3, 2), first index fastest.
    for (int k = 0; k < 2; k++) {
      for (int j = 0; j < 3; j++) {
        for (int i = 0; i < 2; i++) {
          data.putInt(100 * i + 10 * j + k);
        }
      }
    }
    expect(
        npy(1, "<i4", true, "(2, 3, 2)", data),
        new long[] {2, 3, 2},
        0,
        1,
        10,
        11,
        20,
        21,
        100,
        101,
        110,
        111,
        120,
        121);
  }

  @Test
  void readsText() throws IOException {
    ByteBuffer data =
        little(24).putInt('A').putInt(0).putInt(0).putInt('b').putInt(0x1F600).putInt('c');
    try (NdArray array = read(npy(1, "<U3", false, "(2,)", data))) {
      assertEquals("A", array.getText(0));
      assertEquals("b\uD83D\uDE00c", array.getText(1));
      assertThrows(IllegalStateException.class, () -> array.getDouble(0));
    }
    ByteBuffer big = ByteBuffer.allocate(8).putInt('A').putInt('B');
    try (NdArray array = read(npy(1, ">U2", false, "()", big))) {
      assertEquals("AB", array.getText(0));
    }
  }

  private void refuse(byte[] npy, String... parts) throws IOException {
    Path file = directory.resolve("a.npy");
    Files.write(file, npy);
    FormatException e = assertThrows(FormatException.class, () -> Npy.read(file).close());
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  @Test
  void refusesIllFormedFilesByName() throws IOException {
    byte[] whole = npy(1, "<f4", false, "(3,)", little(12));
    refuse(Arrays.copyOf(whole, whole.length - 1), "11 bytes", "expected 12");
    refuse(Arrays.copyOf(whole, 40), "inside the .npy header");
    refuse(Arrays.copyOf(whole, 4), "expected \\x93NUMPY");
    refuse(new byte[0], "expected \\x93NUMPY");
    refuse(npy(1, "<f4", false, "(4,)", little(12)), "12 bytes", "expected 16");
    refuse(npy(1, "<c8", false, "(1,)", little(8)), "c8", "expected one of");
    refuse(npy(4, "<f4", false, "(1,)", little(4)), "version 4.0");
    refuse(npy(1, "<f4", false, "(4611686018427387904, 4)", little(4)), "fewer than 2^63");
    refuse(npy(1, "<f8", false, "(2305843009213693951,)", little(4)), "expected fewer than 2^63");
    refuse(npy(1, "<f4", false, "(1000000000000,)", little(4)), "expected 4000000000000");
  }

  @Test
  void readsStoredAndDeflatedMembers() throws IOException {
    byte[] member = npy(1, "<f4", false, "(2,)", little(8).putFloat(3).putFloat(4));
    Path file = directory.resolve("a.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry stored = new ZipEntry("stored.npy");
      stored.setMethod(ZipEntry.STORED);
      stored.setSize(member.length);
      CRC32 crc = new CRC32();
      crc.update(member);
      stored.setCrc(crc.getValue());
      zip.putNextEntry(stored);
      zip.write(member);
      zip.putNextEntry(new ZipEntry("w/deflated.npy"));
      zip.write(member);
      zip.putNextEntry(new ZipEntry("note.txt"));
    }
    try (NpzReader npz = NpzReader.open(file)) {
      assertEquals(List.of("stored", "w/deflated"), npz.names());
      for (String name : npz.names()) {
        try (NdArray array = npz.read(name)) {
          assertEquals(4, array.getDouble(1));
        }
      }
      FormatException e = assertThrows(FormatException.class, () -> npz.read("logits").close());
      assertTrue(e.getMessage().contains("[stored, w/deflated]"), e.getMessage());
      assertTrue(e.getMessage().contains("named logits"), e.getMessage());
    }
  }

  @Test
  void noticesDamagedArchives() throws IOException {
    Path file = directory.resolve("a.npz");
    try (NdArray array = NdArray.floats("x", new float[4096], 4096)) {
      NpzWriter.write(file, List.of(array));
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    FormatException truncated =
        assertThrows(FormatException.class, () -> NpzReader.open(file).close());
    assertTrue(truncated.getMessage().contains("no whole zip archive"), truncated.getMessage());
    // One flipped bit in the deflated data.
    bytes[60] ^= 4;
    Files.write(file, bytes);
    try (NpzReader npz = NpzReader.open(file)) {
      FormatException e = assertThrows(FormatException.class, () -> npz.read("x").close());
      assertTrue(e.getMessage().contains(file + "[x]"), e.getMessage());
    }
    assertThrows(NoSuchFileException.class, () -> NpzReader.open(directory.resolve("none.npz")));
  }

  @Test
  void whatIsWrittenReadsBackAndIsAlwaysTheSameFile() throws IOException {
    try (NdArray floats = NdArray.floats("f", new float[] {1, Float.NaN, -0f}, 3, 1);
        NdArray text = NdArray.text("t", "sky", "\u00e9t\u00e9", "");
        NdArray scalar = NdArray.doubles("s", new double[] {0.1});
        NdArray vector = NdArray.longs("l", new long[] {5}, 1)) {
      Path a = directory.resolve("a.npz");
      Path b = directory.resolve("b.npz");
      NpzWriter.write(a, List.of(floats, text, scalar, vector));
      NpzWriter.write(b, List.of(floats, text, scalar, vector));
      assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b));
      try (NpzReader npz = NpzReader.open(a)) {
        for (NdArray expected : List.of(floats, text, scalar, vector)) {
          try (NdArray array = npz.read(expected.name())) {
            assertEquals(expected.describe(), array.describe());
            byte[] e = new byte[(int) expected.buffer().bytes()];
            byte[] r = new byte[e.length];
            expected.buffer().getBytes(0, e, 0, e.length);
            array.buffer().getBytes(0, r, 0, r.length);
            assertArrayEquals(e, r, expected.name());
          }
        }
        try (NdArray array = npz.read("t")) {
          assertEquals("\u00e9t\u00e9", array.getText(1));
        }
      }
    }
  }

  @Test
  void headersAreWrittenAsNumpyWritesThem() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (NdArray array = NdArray.floats("f", new float[6], 2, 3)) {
      Npy.write(out, array);
    }
    byte[] bytes = out.toByteArray();
    assertEquals(128 + 24, bytes.length);
    String header = new String(bytes, 10, 118, StandardCharsets.US_ASCII);
    assertEquals(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", header.stripTrailing());
    assertTrue(header.endsWith("\n"));
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNoDebris() throws IOException {
    Path file = directory.resolve("a.bin");
    Files.writeString(file, "old");
    assertThrows(
        IOException.class,
        () ->
            AtomicFile.write(
                file,
                out -> {
                  out.write(new byte[100_000]);
                  throw new IOException("disk full");
                }));
    assertEquals("old", Files.readString(file));
    try (var files = Files.list(directory)) {
      assertEquals(List.of(file), files.toList());
    }
    Path lost = directory.resolve("none").resolve("a.bin");
    assertThrows(FormatException.class, () -> AtomicFile.write(lost, out -> out.write(1)));
    assertFalse(Files.exists(lost));
  }
}
