package dev.assay.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes the small CamVid-like folders that tests read. */
final class Pngs {
  private Pngs() {}

  /** Pixel (x, y) has the colour (x, y, seed), each modulo 256. */
  static void image(Path file, int w, int h, int seed) throws IOException {
    BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        image.setRGB(x, y, (x & 0xff) << 16 | (y & 0xff) << 8 | (seed & 0xff));
      }
    }
    write(image, file);
  }

  /** Pixel (x, y) has the label (x + y) % 12 in 8-bit gray. */
  static void mask(Path file, int w, int h) throws IOException {
    mask(file, w, h, -1, 0, 0);
  }

  /** The same with one other {@code value} at (x, y). */
  static void mask(Path file, int w, int h, int value, int x, int y) throws IOException {
    BufferedImage mask = new BufferedImage(w, h, BufferedImage.TYPE_BYTE_GRAY);
    fill(mask);
    if (value >= 0) {
      mask.getRaster().setSample(x, y, 0, value);
    }
    write(mask, file);
  }

  /** The labels of {@link #mask} as palette indices of {@code bits} bits. */
  static void paletteMask(Path file, int w, int h, int bits) throws IOException {
    byte[] ramp = new byte[1 << bits];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (37 * i);
    }
    IndexColorModel palette = new IndexColorModel(bits, ramp.length, ramp, ramp, ramp);
    int type = bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY;
    BufferedImage mask = new BufferedImage(w, h, type, palette);
    fill(mask);
    write(mask, file);
  }

  static void write(BufferedImage image, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  /** A split of {@code count} images named 0.png, 1.png, ... with masks. */
  static void split(Path root, String split, int count, int w, int h) throws IOException {
    for (int i = 0; i < count; i++) {
      image(root.resolve(split).resolve(i + ".png"), w, h, i);
      mask(root.resolve(split + "annot").resolve(i + ".png"), w, h);
    }
  }

  static int label(int x, int y) {
    int onDisk = (x + y) % 12;
    return onDisk == 11 ? ClassSet.IGNORE : onDisk;
  }

  private static void fill(BufferedImage mask) {
    for (int y = 0; y < mask.getHeight(); y++) {
      for (int x = 0; x < mask.getWidth(); x++) {
        mask.getRaster().setSample(x, y, 0, (x + y) % 12);
      }
    }
    if (!(mask.getRaster().getDataBuffer() instanceof DataBufferByte)) {
      throw new AssertionError("masks are made of bytes");
    }
  }
}
