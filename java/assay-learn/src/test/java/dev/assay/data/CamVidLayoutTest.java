package dev.assay.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding a CamVid folder, and every way in which one can be wrong. */
final class CamVidLayoutTest {
  private static final int W = 23;
  private static final int H = 9;

  @TempDir Path root;

  @BeforeEach
  void writeSplit() throws IOException {
    Pngs.split(root, "train", 3, W, H);
  }

  @Test
  void decodesPixelsAndLabels() throws IOException {
    PairedImages source = open();
    assertEquals(3, source.size());
    assertEquals("2.png", source.id(2));
    requirePixels(source.decode(2), 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void readsPaletteMasksAsRawIndices(int bits) throws IOException {
    Pngs.paletteMask(root.resolve("trainannot/1.png"), W, H, bits);
    requirePixels(open().decode(1), 1);
  }

  @Test
  void readsGrayRgbaAndPaletteImagesAsRgb() throws IOException {
    BufferedImage gray = new BufferedImage(W, H, BufferedImage.TYPE_BYTE_GRAY);
    gray.getRaster().setSample(3, 2, 0, 77);
    Pngs.write(gray, root.resolve("train/0.png"));
    byte[] rgb = open().decode(0).rgb();
    int at = 3 * (2 * W + 3);
    assertArrayEquals(new byte[] {77, 77, 77}, Arrays.copyOfRange(rgb, at, at + 3));

    BufferedImage rgba = new BufferedImage(W, H, BufferedImage.TYPE_INT_ARGB);
    rgba.setRGB(3, 2, 0x80102030);
    Pngs.write(rgba, root.resolve("train/0.png"));
    rgb = open().decode(0).rgb();
    assertArrayEquals(new byte[] {0x10, 0x20, 0x30}, Arrays.copyOfRange(rgb, at, at + 3));
  }

  @Test
  void missingRoot() {
    requireMessage(
        () -> CamVidLayout.open(root.resolve("nowhere"), "train", ClassSet.CAMVID),
        root.resolve("nowhere") + ": found nothing",
        "expected a data set folder with train, trainannot");
  }

  @Test
  void missingSplitAndMaskFolders() throws IOException {
    requireMessage(
        () -> CamVidLayout.open(root, "val", ClassSet.CAMVID),
        root.resolve("val") + ": found nothing; expected a folder of PNG images");
    Files.createDirectories(root.resolve("val"));
    Files.writeString(root.resolve("valannot"), "x");
    requireMessage(
        () -> CamVidLayout.open(root, "val", ClassSet.CAMVID),
        root.resolve("valannot") + ": found a file; expected a folder of PNG masks");
  }

  @Test
  void emptyFolder() throws IOException {
    Files.createDirectories(root.resolve("val"));
    Files.createDirectories(root.resolve("valannot"));
    requireMessage(
        () -> CamVidLayout.open(root, "val", ClassSet.CAMVID),
        root.resolve("val") + ": found no .png file; expected at least one image");
  }

  @Test
  void missingMask() throws IOException {
    Files.delete(root.resolve("trainannot/1.png"));
    requireMessage(
        this::open,
        root.resolve("train/1.png") + ": found no mask",
        "expected its mask " + root.resolve("trainannot/1.png"));
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    Path file = root.resolve("train/1.png");
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      String message = requireMessage(() -> open().decode(1), file + ": found ", "; expected ");
      assertTrue(message.contains("truncated at byte " + length) || length < 8, message);
    }
  }

  @Test
  void everyDamagedByteIsNoticed() throws IOException {
    Path file = root.resolve("trainannot/1.png");
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(file, damaged);
      requireMessage(() -> open().decode(1), file + ": found ", "; expected ");
    }
  }

  @Test
  void notAPng() throws IOException {
    Files.writeString(root.resolve("train/1.png"), "this is no picture");
    requireMessage(
        () -> open().decode(1),
        root.resolve("train/1.png") + ": found 18 bytes that are no PNG; expected a PNG file");
  }

  @Test
  void maskOfAnotherSize() throws IOException {
    Pngs.mask(root.resolve("trainannot/1.png"), W + 1, H);
    requireMessage(
        () -> open().decode(1),
        root.resolve("trainannot/1.png") + ": found a mask of 24x9",
        "expected 23x9 like " + root.resolve("train/1.png"));
  }

  @Test
  void labelOutOfRange() throws IOException {
    Pngs.mask(root.resolve("trainannot/1.png"), W, H, 12, 7, 5);
    requireMessage(
        () -> open().decode(1),
        root.resolve("trainannot/1.png") + ": found label 12 at x=7, y=5",
        "expected [0, 11) or 11 (void) of the camvid classes");
  }

  @Test
  void maskInColour() throws IOException {
    Pngs.image(root.resolve("trainannot/1.png"), W, H, 0);
    requireMessage(
        () -> open().decode(1),
        root.resolve("trainannot/1.png") + ": found a mask in 8-bit RGB",
        "expected 8-bit gray or a palette");
  }

  @Test
  void maskOfSixteenBits() throws IOException {
    BufferedImage mask = new BufferedImage(W, H, BufferedImage.TYPE_USHORT_GRAY);
    Pngs.write(mask, root.resolve("trainannot/1.png"));
    requireMessage(() -> open().decode(1), "found a mask in 16-bit gray");
  }

  @Test
  void subsetsByName() throws IOException {
    PairedImages subset = open().subset(List.of("2.png", "0.png"));
    assertEquals(2, subset.size());
    assertEquals("2.png", subset.id(0));
    requireMessage(
        () -> open().subset(List.of("2.png", "a.png", "b.png")),
        root.resolve("train") + ": found 2 unknown image name(s): a.png, b.png");
  }

  @Test
  void splitFiles() throws IOException {
    Path file = root.resolve("splits.json");
    requireMessage(() -> SplitFile.read(file), file + ": found no file");
    Files.writeString(file, "{\"d_s\": [\"1.png\", \"0.png\"], \"d_t\": [\"9.png\"]}");
    SplitFile splits = SplitFile.read(file);
    requireMessage(() -> splits.names("d_v"), "found no subset d_v; expected one of [d_s, d_t]");
    Path packFile = root.resolve("cache/train.pack");
    try (ImagePack pack = ImagePack.openOrBuild(packFile, open(), Progress.NONE)) {
      assertArrayEquals(new int[] {1, 0}, splits.indices("d_s", pack));
      requireMessage(
          () -> splits.indices("d_t", pack), file + ": found 1 unknown image name(s): 9.png");
    }
    Files.writeString(file, "[1, 2]");
    requireMessage(() -> SplitFile.read(file), file + ": found no split");
  }

  private PairedImages open() throws IOException {
    return CamVidLayout.open(root, "train", ClassSet.CAMVID);
  }

  private static void requirePixels(DecodedImage image, int seed) {
    assertEquals(W, image.width());
    assertEquals(H, image.height());
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        int at = y * W + x;
        assertEquals(x, image.rgb()[3 * at]);
        assertEquals(y, image.rgb()[3 * at + 1]);
        assertEquals(seed, image.rgb()[3 * at + 2]);
        assertEquals(Pngs.label(x, y), image.labels()[at] & 0xff);
      }
    }
  }

  private interface Attempt {
    Object run() throws IOException;
  }

  private static String requireMessage(Attempt attempt, String... parts) {
    String message = assertThrows(BadDataException.class, attempt::run).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> message + "\n does not contain\n" + part);
    }
    return message;
  }
}
