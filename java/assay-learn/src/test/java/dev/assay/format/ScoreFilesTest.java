package dev.assay.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.DType;
import dev.assay.memory.Layout;
import dev.assay.memory.TensorView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way an array can lie in a file gives the same images. */
class ScoreFilesTest {
  private static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  private static final int N = 3;
  private static final int C = 2;
  private static final int H = 4;
  private static final int W = 5;

  @TempDir Path folder;

  /** What element [n, c, h, w] is; exact in every floating type. */
  private static float value(int n, int c, int h, int w) {
    return 64 * n + 32 * c + 5 * h + w - 60;
  }

  /** The elements as an array of the given axes and order would hold them. */
  private static float[] values(Layout layout, boolean fortran) {
    float[] values = new float[N * C * H * W];
    for (int n = 0; n < N; n++) {
      for (int c = 0; c < C; c++) {
        for (int h = 0; h < H; h++) {
          for (int w = 0; w < W; w++) {
            int[] sides = layout == Layout.NCHW ? ints(N, C, H, W) : ints(N, H, W, C);
            int[] index = layout == Layout.NCHW ? ints(n, c, h, w) : ints(n, h, w, c);
            values[offset(sides, index, fortran)] = value(n, c, h, w);
          }
        }
      }
    }
    return values;
  }

  private static int[] ints(int... values) {
    return values;
  }

  private static int offset(int[] sides, int[] index, boolean fortran) {
    int offset = 0;
    for (int i = 0; i < sides.length; i++) {
      int d = fortran ? sides.length - 1 - i : i;
      offset = offset * sides[d] + index[d];
    }
    return offset;
  }

  private static byte[] encode(String type, ByteOrder order, float... values) {
    int width = Integer.parseInt(type.substring(1));
    ByteBuffer bytes = ByteBuffer.allocate(width * values.length).order(order);
    for (float value : values) {
      switch (type) {
        case "f2" -> bytes.putShort(half(value));
        case "V2" -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
        case "f4" -> bytes.putFloat(value);
        default -> bytes.putDouble(value);
      }
    }
    return bytes.array();
  }

  /** Exact for the small integers above. */
  private static short half(float value) {
    int bits = Float.floatToIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int exponent = ((bits >>> 23) & 0xff) - 112;
    return (short) (value == 0 ? 0 : sign | (exponent << 10) | ((bits >>> 13) & 0x3ff));
  }

  private static float element(TensorView image, int c, int h, int w) {
    long index = c * image.strideC() + h * image.strideH() + w * image.strideW();
    long at = image.address() + index * image.dtype().bytes();
    return switch (image.dtype()) {
      case F32 -> UnsafeApi.getFloat(at);
      case F16 -> Floats.widen(ElementType.F2, at);
      case BF16 -> Floats.widen(ElementType.BF16, at);
    };
  }

  private static void expectImages(Path input, Layout layout) throws IOException {
    try (ScoreFiles source = ScoreFiles.open(List.of(input), layout, "logits")) {
      assertEquals(N, source.images());
      assertEquals(C, source.classes());
      for (int n = 0; n < N; n++) {
        TensorView image = source.next();
        assertTrue(source.name().endsWith(" image " + n), source.name());
        assertEquals(List.of(1L, (long) C, (long) H, (long) W), sides(image));
        for (int c = 0; c < C; c++) {
          for (int h = 0; h < H; h++) {
            for (int w = 0; w < W; w++) {
              assertEquals(value(n, c, h, w), element(image, c, h, w), source.name());
            }
          }
        }
      }
      assertNull(source.next());
    }
  }

  private static List<Long> sides(TensorView image) {
    return List.of(image.n(), image.c(), image.h(), image.w());
  }

  @ParameterizedTest
  @CsvSource({
    "f4,<,false",
    "f4,>,false",
    "f4,<,true",
    "f4,>,true",
    "f8,<,false",
    "f8,>,true",
    "f2,<,false",
    "f2,>,false",
    "f2,<,true",
    "V2,|,false",
    "V2,|,true"
  })
  void npyInEveryTypeAndOrder(String type, String order, boolean fortran) throws IOException {
    for (Layout layout : Layout.values()) {
      ByteOrder bytes = order.equals(">") ? ByteOrder.BIG_ENDIAN : LE;
      byte[] data = encode(type, bytes, values(layout, fortran));
      String shape = layout == Layout.NCHW ? "(3, 2, 4, 5)" : "(3, 4, 5, 2)";
      byte[] npy = TestFiles.npy(order + type, fortran, shape, data);
      expectImages(TestFiles.write(folder.resolve("a.npy"), npy), layout);
    }
  }

  @ParameterizedTest
  @CsvSource({"true,0", "true,1", "true,2", "true,3", "false,0"})
  void npzStoredAtAnyOffsetAndDeflated(boolean stored, int padding) throws IOException {
    for (boolean fortran : new boolean[] {false, true}) {
      byte[] data = encode("f4", LE, values(Layout.NCHW, fortran));
      byte[] npy = TestFiles.npy("<f4", fortran, "(3, 2, 4, 5)", data);
      byte[] zip = TestFiles.zip(Map.of("x.npy", npy), stored, padding);
      expectImages(TestFiles.write(folder.resolve("a.npz"), zip), Layout.NCHW);
    }
  }

  @Test
  void safetensors() throws IOException {
    byte[] data = encode("V2", LE, values(Layout.NHWC, false));
    byte[] file = TestFiles.safetensors("scores", "BF16", "[3, 4, 5, 2]", data);
    expectImages(TestFiles.write(folder.resolve("a.safetensors"), file), Layout.NHWC);
  }

  @Test
  void aFolderIsTakenByNameAndOneFileAfterTheOther() throws IOException {
    float[] all = values(Layout.NCHW, false);
    Path inputs = Files.createDirectory(folder.resolve("in"));
    for (int n = N - 1; n >= 0; n--) {
      float[] one = Arrays.copyOfRange(all, n * C * H * W, (n + 1) * C * H * W);
      byte[] npy = TestFiles.npy("<f4", false, "(2, 4, 5)", TestFiles.floats(LE, one));
      TestFiles.write(inputs.resolve(n + ".npy"), npy);
    }
    Files.writeString(inputs.resolve("notes.txt"), "not scores");
    try (ScoreFiles source = ScoreFiles.open(List.of(inputs), Layout.NCHW, "logits")) {
      for (int n = 0; n < N; n++) {
        assertEquals(value(n, 1, 3, 4), element(source.next(), 1, 3, 4));
        assertEquals(inputs.resolve(n + ".npy") + " image 0", source.name());
      }
      assertNull(source.next());
      assertEquals(
          List.of(0L, 1L, 2L), source.arrays().stream().map(ScoreArray::firstImage).toList());
    }
  }

  @Test
  void thePreferredArrayIsTakenFromAMixedArchive() throws IOException {
    byte[] data = TestFiles.floats(LE, values(Layout.NCHW, false));
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("labels.npy", TestFiles.npy("|u1", false, "(2,)", new byte[2]));
    members.put("logits.npy", TestFiles.npy("<f4", false, "(3, 2, 4, 5)", data));
    Path file = TestFiles.write(folder.resolve("a.npz"), TestFiles.zip(members, true, 0));
    expectImages(file, Layout.NCHW);
    fails(file, "probabilities", "[labels]: found u1[2], expected shape [C, H, W]");
  }

  private void fails(Path file, String preferred, String... parts) {
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> {
              try (ScoreFiles source = ScoreFiles.open(List.of(file), Layout.NCHW, preferred)) {
                while (source.next() != null) {
                  // Only reading the last image can notice a wrong checksum.
                }
              }
            });
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage());
    }
  }

  private Path npy(String descr, String shape, int bytes) throws IOException {
    byte[] npy = TestFiles.npy(descr, false, shape, new byte[bytes]);
    return TestFiles.write(folder.resolve("bad.npy"), npy);
  }

  @Test
  void whatIsNoClassScoresIsNamed() throws IOException {
    fails(npy("<f4", "(4, 5)", 80), "logits", "found f4[4, 5], expected shape [C, H, W] or [N");
    fails(npy("<i4", "(2, 2, 2)", 32), "logits", "found i4[2, 2, 2]", "f2, f4, f8 or bfloat16");
    fails(npy("<f4", "(300, 1, 1)", 1200), "logits", "f4[300, 1, 1]", "1 to 255 classes");
    fails(npy("<f4", "(2, 0, 2)", 0), "logits", "f4[2, 0, 2]", "no empty side");
    fails(TestFiles.write(folder.resolve("a.txt"), new byte[1]), "logits", "unknown suffix");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    fails(empty, "logits", "found a folder without .npy, .npz, .safetensors files");
  }

  @Test
  void classesThatVaryAreNamed() throws IOException {
    Path inputs = Files.createDirectory(folder.resolve("in"));
    byte[] two = TestFiles.npy("<f4", false, "(2, 1, 1)", new byte[8]);
    byte[] three = TestFiles.npy("<f4", false, "(3, 1, 1)", new byte[12]);
    TestFiles.write(inputs.resolve("a.npy"), two);
    Path odd = TestFiles.write(inputs.resolve("b.npy"), three);
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> ScoreFiles.open(List.of(inputs), Layout.NCHW, "logits").close());
    assertEquals(
        odd + ": found 3 classes, expected 2 as in " + inputs.resolve("a.npy"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void damagedDataOfAnArchiveAreNoticedByTheEnd(boolean stored) throws IOException {
    byte[] data = TestFiles.floats(LE, values(Layout.NCHW, false));
    byte[] npy = TestFiles.npy("<f4", false, "(3, 2, 4, 5)", data);
    byte[] zip = TestFiles.zip(Map.of("x.npy", npy), stored, 0);
    // In the stored archive a value's byte; in the deflated one a bit of its code.
    zip[stored ? 30 + 5 + 128 + 200 : 160] ^= 1;
    fails(TestFiles.write(folder.resolve("a.npz"), zip), "logits", "[x]: found");
  }

  @Test
  void aMemberThatClaimsMoreThanDeflateCanGiveIsRefused() throws IOException {
    byte[] npy = TestFiles.npy("<f4", false, "(1, 256, 256)", new byte[4 << 16]);
    byte[] zip = TestFiles.zip(Map.of("x.npy", npy), false, 0);
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(LE);
    int directory = bytes.getInt(zip.length - 6);
    bytes.putInt(directory + 24, 2_000_000_000);
    fails(TestFiles.write(folder.resolve("a.npz"), zip), "logits", "that hold 2000000000");
  }

  /** The same archive with every size and offset in zip64 fields, as those over 4 GiB have. */
  @Test
  void zip64() throws IOException {
    byte[] data = TestFiles.floats(LE, values(Layout.NCHW, false));
    byte[] npy = TestFiles.npy("<f4", false, "(3, 2, 4, 5)", data);
    byte[] wide = TestFiles.zip64(TestFiles.zip(Map.of("x.npy", npy), true, 0));
    expectImages(TestFiles.write(folder.resolve("a.npz"), wide), Layout.NCHW);
    wide[wide.length - 22 - 20 - 56 + 48] ^= 1;
    fails(TestFiles.write(folder.resolve("a.npz"), wide), "logits", "no whole zip archive");
  }

  @Test
  void offsetsBeyondTwoGigabytesAreRead() throws IOException {
    Path file = folder.resolve("large.npy");
    long side = 8192;
    long imageBytes = 2 * side * side * 2;
    byte[] header = TestFiles.npy("<f2", false, "(10, 2, 8192, 8192)", new byte[0]);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(header);
      sparse.setLength(header.length + 10 * imageBytes);
      sparse.seek(header.length + 10 * imageBytes - 2);
      sparse.write(new byte[] {0, 0x3c});
    }
    try (ScoreFiles source = ScoreFiles.open(List.of(file), Layout.NCHW, "logits")) {
      TensorView last = null;
      for (int n = 0; n < 10; n++) {
        last = source.next();
      }
      assertEquals(DType.F16, last.dtype());
      assertEquals(1f, element(last, 1, 8191, 8191));
      assertEquals(0f, element(last, 1, 8191, 8190));
    }
  }

  @Test
  void whatIsStreamedIsAlignedAndReadsBack() throws IOException {
    Path file = folder.resolve("out.npz");
    byte[] data = TestFiles.floats(LE, values(Layout.NCHW, false));
    AtomicFile.write(
        file,
        out -> {
          try (NpzStream npz = new NpzStream(out)) {
            npz.add("n", ElementType.U1, o -> o.write(7), 1);
            npz.add("logits", ElementType.F4, o -> o.write(data), N, C, H, W);
          }
        });
    expectImages(file, Layout.NCHW);
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertEquals(0, text.indexOf("\u0093NUMPY") % 64);
    assertEquals(0, text.lastIndexOf("\u0093NUMPY") % 64);
    try (NpzReader npz = NpzReader.open(file);
        NdArray n = npz.read("n")) {
      assertEquals(7, n.getLong(0));
    }
  }
}
