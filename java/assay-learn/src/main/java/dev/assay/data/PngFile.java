package dev.assay.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One PNG file: every chunk's checksum is verified before ImageIO decodes it, because decoders let
 * some damage pass.
 */
final class PngFile {
  private static final long SIGNATURE = 0x89504e470d0a1a0aL;
  private static final int SIGNATURE_BYTES = 8;
  private static final int CHUNK_OVERHEAD = 12;
  private static final long MAX_PIXELS = 1L << 28;
  private static final int GRAY = 0;
  private static final int PALETTE = 3;

  private final Path file;
  private final byte[] bytes;
  private final int width;
  private final int height;
  private final int bitDepth;
  private final int colourType;

  private PngFile(Path file, byte[] bytes) throws BadDataException {
    this.file = file;
    this.bytes = bytes;
    ByteBuffer b = ByteBuffer.wrap(bytes);
    if (bytes.length < SIGNATURE_BYTES || b.getLong() != SIGNATURE) {
      throw new BadDataException(file, bytes.length + " bytes that are no PNG", "a PNG file");
    }
    verifyChunks(b);
    int header = SIGNATURE_BYTES + 8;
    this.width = b.getInt(header);
    this.height = b.getInt(header + 4);
    this.bitDepth = bytes[header + 8];
    this.colourType = bytes[header + 9];
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new BadDataException(
          file, "a size of " + width + "x" + height, "1 to " + MAX_PIXELS + " pixels");
    }
  }

  static PngFile read(Path file) throws IOException {
    return new PngFile(file, Files.readAllBytes(file));
  }

  private void verifyChunks(ByteBuffer b) throws BadDataException {
    String type = "";
    for (boolean first = true; !type.equals("IEND"); first = false) {
      int at = b.position();
      int length = b.remaining() < CHUNK_OVERHEAD ? -1 : b.getInt(at);
      if (length < 0 || length > b.remaining() - CHUNK_OVERHEAD) {
        throw new BadDataException(
            file, "a PNG truncated at byte " + b.limit(), "a complete PNG file");
      }
      type = new String(bytes, at + 4, 4, StandardCharsets.US_ASCII);
      if (first && (!type.equals("IHDR") || length != 13)) {
        throw new BadDataException(file, "first chunk " + type, "IHDR of 13 bytes");
      }
      CRC32 crc = new CRC32();
      crc.update(bytes, at + 4, length + 4);
      if ((int) crc.getValue() != b.getInt(at + 8 + length)) {
        throw new BadDataException(
            file, "a damaged " + type + " chunk at byte " + at, "a PNG whose checksums match");
      }
      b.position(at + CHUNK_OVERHEAD + length);
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** RGB u8 [height, width, 3] of any PNG; alpha is dropped, gray repeated, 16 bits halved. */
  byte[] rgb() throws BadDataException {
    BufferedImage image = decode();
    Raster raster = image.getRaster();
    byte[] rgb = new byte[3 * width * height];
    if (raster.getNumBands() == 3 && raster.getTransferType() == DataBuffer.TYPE_BYTE) {
      raster.getDataElements(0, 0, width, height, rgb);
    } else if (colourType == GRAY && bitDepth >= 8) {
      int[] gray = raster.getSamples(0, 0, width, height, 0, (int[]) null);
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) (gray[i / 3] >> (bitDepth - 8));
      }
    } else {
      int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
      for (int i = 0; i < argb.length; i++) {
        rgb[3 * i] = (byte) (argb[i] >> 16);
        rgb[3 * i + 1] = (byte) (argb[i] >> 8);
        rgb[3 * i + 2] = (byte) argb[i];
      }
    }
    return rgb;
  }

  /**
   * The raw sample of every pixel, u8 [height, width]: a gray value or a palette index.
   *
   * @throws BadDataException if the PNG is neither 8-bit gray nor a palette image
   */
  byte[] indices() throws BadDataException {
    if (colourType != PALETTE && (colourType != GRAY || bitDepth != 8)) {
      throw new BadDataException(
          file, "a mask in " + format(), "8-bit gray or a palette holding class indices");
    }
    Raster raster = decode().getRaster();
    byte[] indices = new byte[width * height];
    if (raster.getTransferType() == DataBuffer.TYPE_BYTE && bitDepth == 8) {
      raster.getDataElements(0, 0, width, height, indices);
    } else {
      int[] samples = raster.getSamples(0, 0, width, height, 0, (int[]) null);
      for (int i = 0; i < indices.length; i++) {
        indices[i] = (byte) samples[i];
      }
    }
    return indices;
  }

  private String format() {
    String kind =
        switch (colourType) {
          case GRAY -> "gray";
          case 2 -> "RGB";
          case PALETTE -> "palette";
          case 4 -> "gray with alpha";
          case 6 -> "RGBA";
          default -> "colour type " + colourType;
        };
    return bitDepth + "-bit " + kind;
  }

  private BufferedImage decode() throws BadDataException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      return reader.read(0);
    } catch (IOException | RuntimeException e) {
      throw new BadDataException(
          file, "pixels that cannot be decoded (" + e.getMessage() + ")", "a readable PNG", e);
    } finally {
      reader.dispose();
    }
  }
}
