package dev.assay.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code events.jsonl}: one JSON object per line, synced line by line. A last line that was torn by
 * a crash is cut off when the log is opened. Confined to one thread.
 */
final class EventLog implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  EventLog(Path file) {
    this.file = file;
    FileChannel opened = null;
    try {
      opened =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      long end = endOfLastWholeLine(opened);
      opened.truncate(end);
      opened.position(end);
    } catch (IOException e) {
      throw unwritable(e);
    }
    this.channel = opened;
  }

  /**
   * Appends an event; {@code fields} alternates names and values.
   *
   * @throws ExperimentException if the line cannot be written and synced
   */
  void add(String event, Object... fields) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", Instant.now().toString());
    line.put("event", event);
    for (int i = 0; i < fields.length; i += 2) {
      line.put((String) fields[i], fields[i + 1]);
    }
    try {
      String text = RunFiles.JSON.writeValueAsString(line) + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("event " + event + " cannot be written as JSON", e);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static long endOfLastWholeLine(FileChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    for (long end = channel.size(); end > 0; end--) {
      one.clear();
      channel.read(one, end - 1);
      if (one.get(0) == '\n') {
        return end;
      }
    }
    return 0;
  }

  private ExperimentException unwritable(IOException e) {
    return new ExperimentException(file + ": cannot be written (" + e + ")", e);
  }
}
