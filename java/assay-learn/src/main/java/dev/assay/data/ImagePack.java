package dev.assay.data;

import dev.assay.memory.MappedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images and labels decoded once, in one memory-mapped read-only file that any number of threads
 * may read.
 *
 * <p>Each image is RGB u8 [height, width, 3] and labels u8 [height, width] with {@link
 * ClassSet#IGNORE} where a pixel has no label. Addresses and views are valid until {@link
 * #close()}: close loaders before the pack they read.
 */
public final class ImagePack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ImagePack.class);
  private static final Object BUILDING = new Object();

  /** One mapping; images never straddle two. */
  static final long SEGMENT_BYTES = 1L << 30;

  private final Path file;
  private final List<PackFormat.Entry> entries;
  private final Map<String, Integer> indexById = new HashMap<>();
  private final MappedFile mapped;

  private ImagePack(Path file, List<PackFormat.Entry> entries, MappedFile mapped) {
    this.file = file;
    this.entries = entries;
    this.mapped = mapped;
    for (int i = 0; i < entries.size(); i++) {
      indexById.put(entries.get(i).id(), i);
    }
  }

  /**
   * Opens {@code file} if it holds exactly {@code source}, and builds it otherwise. A damaged pack
   * is rebuilt with one WARN line. Safe against other threads and processes doing the same.
   *
   * @throws BadDataException if the source holds a bad image or mask
   * @throws IOException if the pack cannot be written, for example because the disk is full
   */
  public static ImagePack openOrBuild(Path file, ImageSource source, Progress progress)
      throws IOException {
    int threads = Runtime.getRuntime().availableProcessors();
    return openOrBuild(file, source, SEGMENT_BYTES, threads, progress);
  }

  static ImagePack openOrBuild(
      Path file, ImageSource source, long segmentBytes, int threads, Progress progress)
      throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    synchronized (BUILDING) {
      try (FileChannel lockChannel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lockChannel.lock();
        ImagePack existing = openIfCurrent(file, source);
        if (existing != null) {
          return existing;
        }
        PackWriter.write(file, source, segmentBytes, threads, progress);
      }
    }
    return open(file);
  }

  /**
   * Opens an existing pack and verifies every checksum.
   *
   * @throws BadDataException if the file is not an intact pack of this version
   */
  public static ImagePack open(Path file) throws IOException {
    return open(file, null);
  }

  private static ImagePack openIfCurrent(Path file, ImageSource source) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      ImagePack pack = open(file, source.fingerprint());
      if (pack == null) {
        LOG.info("{} changed; rebuilding {}", source.description(), file);
      }
      return pack;
    } catch (BadDataException e) {
      LOG.warn("{}; rebuilding it", e.getMessage());
      return null;
    }
  }

  private static ImagePack open(Path file, byte[] fingerprint) throws IOException {
    PackFormat.Header header;
    List<PackFormat.Entry> entries;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      header = PackFormat.readHeader(file, channel, fingerprint);
      if (header == null) {
        return null;
      }
      entries = PackFormat.readIndex(file, channel, header);
    }
    MappedFile mapped = MappedFile.openReadOnly(file, header.segmentBytes());
    ImagePack pack = new ImagePack(file, entries, mapped);
    int damaged =
        IntStream.range(0, entries.size())
            .parallel()
            .filter(i -> !pack.intact(i))
            .findFirst()
            .orElse(-1);
    if (damaged >= 0) {
      pack.close();
      throw new BadDataException(
          file, "image " + entries.get(damaged).id() + " with another checksum", "an intact pack");
    }
    return pack;
  }

  private boolean intact(int i) {
    CRC32C crc = new CRC32C();
    PackFormat.Entry e = entries.get(i);
    crc.update(mapped.slice(e.rgbOffset(), Math.toIntExact(3 * e.pixels())));
    crc.update(mapped.slice(e.labelOffset(), Math.toIntExact(e.pixels())));
    return (int) crc.getValue() == e.crc();
  }

  /** Number of images. */
  public int size() {
    return entries.size();
  }

  /** Name of image {@code i}. */
  public String id(int i) {
    return entries.get(i).id();
  }

  /** Index of the image named {@code id}, or -1. */
  public int indexOf(String id) {
    return indexById.getOrDefault(id, -1);
  }

  /** Width of image {@code i} in pixels. */
  public int width(int i) {
    return entries.get(i).width();
  }

  /** Height of image {@code i} in pixels. */
  public int height(int i) {
    return entries.get(i).height();
  }

  /** Address of RGB u8 [height, width, 3]. */
  public long rgbAddress(int i) {
    PackFormat.Entry e = entries.get(i);
    return mapped.address(e.rgbOffset(), 3 * e.pixels());
  }

  /** Address of labels u8 [height, width]. */
  public long labelAddress(int i) {
    PackFormat.Entry e = entries.get(i);
    return mapped.address(e.labelOffset(), e.pixels());
  }

  /** A new view of RGB u8 [height, width, 3]; valid until {@link #close()}. */
  public DirectBuffer rgb(int i) {
    return new UnsafeBuffer(rgbAddress(i), Math.toIntExact(3 * entries.get(i).pixels()));
  }

  /** A new view of labels u8 [height, width]; valid until {@link #close()}. */
  public DirectBuffer labels(int i) {
    return new UnsafeBuffer(labelAddress(i), Math.toIntExact(entries.get(i).pixels()));
  }

  /**
   * Checks that all images have the size of the first.
   *
   * @throws BadDataException naming the first image that differs
   */
  public void requireOneSize() throws BadDataException {
    for (int i = 1; i < size(); i++) {
      if (width(i) != width(0) || height(i) != height(0)) {
        throw new BadDataException(
            file,
            "image %s of %dx%d".formatted(id(i), width(i), height(i)),
            "one size for all images, %dx%d like %s".formatted(width(0), height(0), id(0)));
      }
    }
  }

  /** The pack's file. */
  public Path file() {
    return file;
  }

  /** Unmaps the file; idempotent. */
  @Override
  public void close() {
    mapped.close();
  }
}
