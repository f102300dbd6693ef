package dev.assay.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes a source into a pack file: decodes in parallel, writes in order, and renames the finished
 * file into place, so that readers see the old pack or the whole new one. At most a few images per
 * thread are in memory.
 */
final class PackWriter {
  private static final int IMAGES_AHEAD_PER_THREAD = 3;

  private final Path temp;
  private final FileChannel channel;
  private final long segmentBytes;
  private final List<PackFormat.Entry> entries = new ArrayList<>();
  private long end = PackFormat.HEADER_BYTES;

  private PackWriter(Path temp, FileChannel channel, long segmentBytes) {
    this.temp = temp;
    this.channel = channel;
    this.segmentBytes = segmentBytes;
  }

  static void write(
      Path file, ImageSource source, long segmentBytes, int threads, Progress progress)
      throws IOException {
    byte[] fingerprint = source.fingerprint();
    Path temp = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temp,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        PackWriter writer = new PackWriter(temp, channel, segmentBytes);
        writer.addAll(source, threads, progress);
        writer.finish(fingerprint);
        channel.force(true);
      }
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
        directory.force(true);
      }
    } finally {
      Files.deleteIfExists(temp);
    }
  }

  private void addAll(ImageSource source, int threads, Progress progress) throws IOException {
    String what = "packing " + source.description();
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "assay-pack");
              thread.setDaemon(true);
              return thread;
            });
    try {
      Queue<Future<DecodedImage>> ahead = new ArrayDeque<>();
      int submitted = 0;
      for (int i = 0; i < source.size(); i++) {
        while (submitted < source.size() && ahead.size() < IMAGES_AHEAD_PER_THREAD * threads) {
          int index = submitted++;
          ahead.add(pool.submit(() -> source.decode(index)));
        }
        add(source.id(i), await(ahead.remove()));
        progress.update(what, i + 1, source.size());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static DecodedImage await(Future<DecodedImage> image) throws IOException {
    try {
      return image.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while decoding images", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException("decoding failed: " + e.getCause(), e.getCause());
    }
  }

  private void add(String id, DecodedImage image) throws IOException {
    long labelsAfter = PackFormat.align(image.rgb().length);
    long record = labelsAfter + image.labels().length;
    if (record > segmentBytes - PackFormat.HEADER_BYTES) {
      throw new IOException(
          "image %s (%dx%d) takes %d bytes and does not fit a pack segment of %d bytes"
              .formatted(id, image.width(), image.height(), record, segmentBytes));
    }
    long start = PackFormat.align(end);
    if (start / segmentBytes != (start + record - 1) / segmentBytes) {
      start = PackFormat.align((start / segmentBytes + 1) * segmentBytes);
    }
    put(start, ByteBuffer.wrap(image.rgb()));
    put(start + labelsAfter, ByteBuffer.wrap(image.labels()));
    int crc = PackFormat.crc(image.rgb(), image.labels());
    entries.add(
        new PackFormat.Entry(id, image.width(), image.height(), start, start + labelsAfter, crc));
    end = start + record;
  }

  private void finish(byte[] fingerprint) throws IOException {
    byte[] index = PackFormat.encodeIndex(entries);
    long offset = PackFormat.align(end);
    put(offset, ByteBuffer.wrap(index));
    PackFormat.Header header =
        new PackFormat.Header(
            offset, index.length, segmentBytes, entries.size(), PackFormat.crc(index));
    put(0, PackFormat.encodeHeader(header, fingerprint));
  }

  private void put(long offset, ByteBuffer bytes) throws IOException {
    long at = offset;
    try {
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      throw new IOException(
          "%s: cannot write %d bytes at %d: %s"
              .formatted(temp, bytes.remaining(), at, e.getMessage()),
          e);
    }
  }
}
