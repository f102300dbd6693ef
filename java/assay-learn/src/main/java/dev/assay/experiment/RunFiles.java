package dev.assay.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.assay.format.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The text files of a run: complete or absent, and durable once written, the directory's entry
 * included. Thread-safe for different files.
 */
final class RunFiles {
  static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  private RunFiles() {}

  /**
   * Writes text.
   *
   * @throws ExperimentException naming the file when it cannot be written, for example because the
   *     disk is full
   */
  static void write(Path file, String text) {
    try {
      AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
      syncDirectory(file.getParent());
    } catch (IOException e) {
      throw new ExperimentException(
          file
              + ": cannot be written ("
              + e
              + "); what was finished before is kept: make room or mend the directory, then resume",
          e);
    }
  }

  /** Writes {@code value} as JSON. */
  static void writeJson(Path file, Object value) {
    try {
      write(file, JSON.writer().with(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(file + ": cannot be written as JSON", e);
    }
  }

  /** Makes renames and new names in {@code directory} survive a power failure. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
