package dev.assay.score;

import dev.assay.memory.Span;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * Writes a signal table: rows of any column in any order, each exactly once. The file appears under
 * its name with {@link #finish()}, complete and synced, or never; until then it is a temporary one
 * beside it, which {@link #close()} removes. Memory use is one block, whatever the number of
 * regions.
 *
 * <p>Any thread may write.
 */
public final class SignalTableWriter implements AutoCloseable {
  private static final int BLOCK_BYTES = 1 << 20;

  private final Path file;
  private final Path temporary;
  private final TableLayout layout;
  private final long[] offsets;
  private final FileChannel channel;
  private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);

  /** Per column the rows written so far, as disjoint ranges first -> end. */
  private final List<TreeMap<Integer, Integer>> written;

  private SignalTableWriter(Path file, Path temporary, TableLayout layout) throws IOException {
    this.file = file;
    this.temporary = temporary;
    this.layout = layout;
    this.offsets = TableFormat.offsets(layout);
    this.written = layout.columns().stream().map(c -> new TreeMap<Integer, Integer>()).toList();
    this.channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
  }

  /**
   * Starts a table.
   *
   * @throws IOException if the directory cannot be written to
   */
  public static SignalTableWriter create(Path file, TableLayout layout) throws IOException {
    String name = "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp";
    return new SignalTableWriter(file, file.toAbsolutePath().resolveSibling(name), layout);
  }

  /**
   * Writes consecutive rows of one column.
   *
   * @param first the first row
   * @param values [rows, width] of the column's type
   * @throws IllegalArgumentException if there is no such column, a row is out of range or was
   *     written before, or {@code values} is not whole rows
   * @throws IOException if the disk refuses
   */
  public synchronized void write(String column, int first, Span values) throws IOException {
    int c = indexOf(column);
    Column.Spec spec = layout.columns().get(c);
    long rows = values.bytes() / spec.rowBytes();
    if (first < 0
        || rows > layout.regions() - (long) first
        || values.bytes() % spec.rowBytes() != 0) {
      throw new IllegalArgumentException(
          "%s: %d bytes from row %d must be whole rows of %d bytes within [0, %d)"
              .formatted(spec, values.bytes(), first, spec.rowBytes(), layout.regions()));
    }
    if (rows > 0) {
      mark(c, first, first + (int) rows);
      values.lease();
      try {
        put(offsets[c] + first * spec.rowBytes(), values);
      } finally {
        values.release();
      }
    }
  }

  private int indexOf(String name) {
    for (int i = 0; i < layout.columns().size(); i++) {
      if (layout.columns().get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("column " + name + " must be one of " + layout.columns());
  }

  /** Adds rows [first, end) to what is written, joining ranges that touch. */
  private void mark(int column, int first, int end) {
    TreeMap<Integer, Integer> ranges = written.get(column);
    Map.Entry<Integer, Integer> before = ranges.lowerEntry(end);
    if (before != null && before.getValue() > first) {
      throw new IllegalArgumentException(
          "%s: rows [%d, %d) were written before, among rows [%d, %d)"
              .formatted(
                  layout.columns().get(column), first, end, before.getKey(), before.getValue()));
    }
    Integer after = ranges.remove(end);
    int joinedEnd = after == null ? end : after;
    boolean touches = before != null && before.getValue() == first;
    ranges.put(touches ? before.getKey() : first, joinedEnd);
  }

  private void put(long offset, Span values) throws IOException {
    for (long done = 0; done < values.bytes(); done += block.limit()) {
      block.clear().limit((int) Math.min(BLOCK_BYTES, values.bytes() - done));
      UnsafeApi.copyMemory(values.address() + done, BufferUtil.address(block), block.limit());
      put(offset + done, block);
    }
  }

  private void put(long offset, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes, offset + bytes.position());
    }
  }

  /**
   * Syncs the table and gives it its name.
   *
   * @throws IllegalStateException if rows are missing
   * @throws IOException if the disk refuses; the file of that name, if any, is then untouched
   */
  public synchronized void finish() throws IOException {
    int[] crcs = new int[layout.columns().size()];
    for (int i = 0; i < crcs.length; i++) {
      requireWhole(i);
      crcs[i] = crc(i);
    }
    byte[] directory = TableFormat.encodeDirectory(layout, crcs);
    put(offsets[crcs.length], ByteBuffer.wrap(directory));
    put(0, TableFormat.encodeHeader(layout, directory));
    channel.force(true);
    channel.close();
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(file.toAbsolutePath().getParent())) {
      parent.force(true);
    }
  }

  private void requireWhole(int column) {
    TreeMap<Integer, Integer> ranges = written.get(column);
    boolean whole =
        layout.regions() == 0
            || (ranges.size() == 1 && ranges.get(0) != null && ranges.get(0) == layout.regions());
    if (!whole) {
      throw new IllegalStateException(
          "%s: column %s has rows %s of [0, %d)"
              .formatted(file, layout.columns().get(column), ranges, layout.regions()));
    }
  }

  /** Of a column's bytes, read back: they may have come in any order. */
  private int crc(int column) throws IOException {
    CRC32C crc = new CRC32C();
    long bytes = TableFormat.columnBytes(layout, column);
    for (long done = 0; done < bytes; done += block.limit()) {
      block.clear().limit((int) Math.min(BLOCK_BYTES, bytes - done));
      while (block.hasRemaining()) {
        channel.read(block, offsets[column] + done + block.position());
      }
      crc.update(block.flip());
    }
    return (int) crc.getValue();
  }

  /** Removes what was not finished; idempotent. */
  @Override
  public synchronized void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
