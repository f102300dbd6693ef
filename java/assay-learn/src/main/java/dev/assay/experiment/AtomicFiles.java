package dev.assay.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that are either complete or absent: written under a temporary name, synced, renamed, and
 * the directory synced. Thread-safe for different files.
 */
final class AtomicFiles {
  static final ObjectMapper JSON = new ObjectMapper();

  private AtomicFiles() {}

  /**
   * Writes text.
   *
   * @throws ExperimentException naming the file when it cannot be written, for example because the
   *     disk is full
   */
  static void write(Path file, String text) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      try (FileChannel out =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(file.getParent());
    } catch (IOException e) {
      throw failed(file, temporary, e);
    }
  }

  /** Writes {@code value} as JSON. */
  static void writeJson(Path file, Object value) {
    try {
      write(file, JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(file + ": cannot be written as JSON", e);
    }
  }

  /** Makes renames and new names in {@code directory} survive a power failure. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static ExperimentException failed(Path file, Path temporary, IOException e) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException suppressed) {
      e.addSuppressed(suppressed);
    }
    return new ExperimentException(
        file
            + ": cannot be written ("
            + e
            + "); what was finished before is kept: make room or mend the directory, then resume",
        e);
  }
}
