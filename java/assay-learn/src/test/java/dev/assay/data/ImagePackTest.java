package dev.assay.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs hold what the source holds, notice damage and change, and are replaced atomically. */
final class ImagePackTest {
  @TempDir Path folder;

  @AfterEach
  void requireNoLeaks() {
    LeakCheck.requireNone();
  }

  /** Images of different sizes, all determined by {@code version}. */
  private static final class CountingSource implements ImageSource {
    final AtomicInteger decoded = new AtomicInteger();
    final int size;
    int version;

    CountingSource(int size) {
      this.size = size;
    }

    @Override
    public String description() {
      return "counting source";
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public String id(int i) {
      return "imäge-" + i;
    }

    @Override
    public byte[] fingerprint() {
      byte[] print = new byte[32];
      print[5] = (byte) version;
      return print;
    }

    @Override
    public DecodedImage decode(int i) {
      decoded.incrementAndGet();
      int w = 5 + i % 3;
      int h = 4 + i % 2;
      byte[] rgb = new byte[3 * w * h];
      byte[] labels = new byte[w * h];
      for (int p = 0; p < rgb.length; p++) {
        rgb[p] = (byte) CounterRandom.bits(version, i, p);
      }
      Arrays.fill(labels, (byte) (i + version));
      return new DecodedImage(w, h, rgb, labels);
    }
  }

  @Test
  void holdsTheSourceInOrderWhateverTheThreads() throws IOException {
    byte[][] files = new byte[2][];
    for (int threads = 1; threads <= 2; threads++) {
      Path file = folder.resolve(threads + ".pack");
      CountingSource source = new CountingSource(40);
      try (ImagePack pack = ImagePack.openOrBuild(file, source, 1 << 20, threads, Progress.NONE)) {
        requireSame(source, pack);
      }
      files[threads - 1] = Files.readAllBytes(file);
    }
    assertArrayEquals(files[0], files[1]);
  }

  @Test
  void imagesNeverStraddleSegments() throws IOException {
    CountingSource source = new CountingSource(40);
    Path file = folder.resolve("small.pack");
    try (ImagePack pack = ImagePack.openOrBuild(file, source, 4096, 2, Progress.NONE)) {
      assertTrue(Files.size(file) > 2 * 4096, "several segments");
      requireSame(source, pack);
    }
    Path tiny = folder.resolve("tiny.pack");
    IOException e =
        assertThrows(
            IOException.class, () -> ImagePack.openOrBuild(tiny, source, 256, 1, Progress.NONE));
    assertTrue(e.getMessage().contains("does not fit a pack segment of 256 bytes"));
    assertFalse(Files.exists(tiny));
    assertFalse(Files.exists(folder.resolve("tiny.pack.tmp")));
  }

  @Test
  void reopensWithoutDecodingAndRebuildsWhenTheSourceChanges() throws IOException {
    CountingSource source = new CountingSource(7);
    Path file = folder.resolve("a.pack");
    ImagePack.openOrBuild(file, source, Progress.NONE).close();
    ImagePack.openOrBuild(file, source, Progress.NONE).close();
    assertEquals(7, source.decoded.get());
    source.version = 1;
    try (ImagePack pack = ImagePack.openOrBuild(file, source, Progress.NONE)) {
      assertEquals(14, source.decoded.get());
      requireSame(source, pack);
    }
  }

  @Test
  void anOpenPackSurvivesItsReplacement() throws IOException {
    CountingSource source = new CountingSource(7);
    Path file = folder.resolve("a.pack");
    try (ImagePack old = ImagePack.openOrBuild(file, source, Progress.NONE)) {
      byte before = old.rgb(3).getByte(0);
      source.version = 1;
      ImagePack.openOrBuild(file, source, Progress.NONE).close();
      assertEquals(before, old.rgb(3).getByte(0));
    }
  }

  @Test
  void everyDamagedOrMissingByteIsNoticed() throws IOException {
    CountingSource source = new CountingSource(2);
    Path file = folder.resolve("a.pack");
    ImagePack.openOrBuild(file, source, Progress.NONE).close();
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      if (!isPadding(at)) {
        assertThrows(BadDataException.class, () -> ImagePack.open(file), "byte " + at);
      }
      Files.write(file, Arrays.copyOf(whole, at));
      assertThrows(BadDataException.class, () -> ImagePack.open(file), "truncated to " + at);
    }
  }

  /** Header padding, and the gaps between 60 B rgb, 20 B labels, 90 B rgb, 30 B labels. */
  private static boolean isPadding(int at) {
    return (at >= 92 && at < 128)
        || (at >= 188 && at < 192)
        || (at >= 212 && at < 256)
        || (at >= 346 && at < 384)
        || (at >= 414 && at < 448);
  }

  @Test
  void aDamagedPackIsRebuiltWithOneWarning() throws IOException {
    CountingSource source = new CountingSource(3);
    Path file = folder.resolve("a.pack");
    ImagePack.openOrBuild(file, source, Progress.NONE).close();
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[130] ^= 4;
    Files.write(file, damaged);
    String log = stderrOf(() -> ImagePack.openOrBuild(file, source, Progress.NONE).close());
    assertEquals(1, log.lines().count(), log);
    assertTrue(log.contains("WARN"), log);
    assertTrue(log.contains(file + ": found image imäge-0 with another checksum"), log);
    assertTrue(log.contains("rebuilding"), log);
    assertArrayEquals(whole, Files.readAllBytes(file));
  }

  @Test
  void aFailingSourceLeavesTheOldPackAlone() throws IOException {
    Path file = folder.resolve("a.pack");
    ImagePack.openOrBuild(file, new CountingSource(3), Progress.NONE).close();
    byte[] whole = Files.readAllBytes(file);
    ImageSource failing =
        new ImageSource() {
          @Override
          public String description() {
            return "failing";
          }

          @Override
          public int size() {
            return 3;
          }

          @Override
          public String id(int i) {
            return "" + i;
          }

          @Override
          public byte[] fingerprint() {
            return new byte[] {
              9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
              0, 0, 0
            };
          }

          @Override
          public DecodedImage decode(int i) throws IOException {
            throw new BadDataException(Path.of("x.png"), "nonsense", "sense");
          }
        };
    BadDataException e =
        assertThrows(
            BadDataException.class, () -> ImagePack.openOrBuild(file, failing, Progress.NONE));
    assertEquals("x.png: found nonsense; expected sense", e.getMessage());
    assertArrayEquals(whole, Files.readAllBytes(file));
  }

  @Test
  void closedPacksAndMixedSizesSaySo() throws IOException {
    Path file = folder.resolve("a.pack");
    ImagePack pack = ImagePack.openOrBuild(file, new CountingSource(3), Progress.NONE);
    BadDataException e = assertThrows(BadDataException.class, pack::requireOneSize);
    assertTrue(e.getMessage().contains("found image imäge-1 of 6x5"), e.getMessage());
    assertTrue(e.getMessage().contains("5x4 like imäge-0"), e.getMessage());
    assertEquals(2, pack.indexOf("imäge-2"));
    assertEquals(-1, pack.indexOf("imäge-3"));
    pack.close();
    pack.close();
    assertThrows(IllegalStateException.class, () -> pack.rgbAddress(0));
  }

  private static void requireSame(CountingSource source, ImagePack pack) {
    assertEquals(source.size(), pack.size());
    for (int i = 0; i < pack.size(); i++) {
      DecodedImage expected = source.decode(i);
      assertEquals(source.id(i), pack.id(i));
      assertEquals(expected.width(), pack.width(i));
      assertEquals(expected.height(), pack.height(i));
      byte[] rgb = new byte[expected.rgb().length];
      pack.rgb(i).getBytes(0, rgb);
      assertArrayEquals(expected.rgb(), rgb);
      byte[] labels = new byte[expected.labels().length];
      pack.labels(i).getBytes(0, labels);
      assertArrayEquals(expected.labels(), labels);
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private static String stderrOf(Action action) throws IOException {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
