package dev.assay.score;

import dev.assay.memory.MappedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Region signals computed once and asked often: a memory-mapped file of named columns, one row per
 * region (its bytes: {@link SignalTableWriter}). Owner of the mapping.
 *
 * <p>Opening checks header, directory and size. A column's bytes are checked against their checksum
 * when it is first asked for, so that a question costs only the columns it reads. Any thread may
 * read; columns end with {@link #close()}.
 */
public final class SignalTable implements AutoCloseable {
  private final Path file;
  private final TableFormat.Directory directory;
  private final MappedFile[] mapped;
  private final MappedColumn[] columns;
  private final AtomicIntegerArray intact;

  private SignalTable(
      Path file, TableFormat.Directory directory, MappedFile[] mapped, int mappingBytes) {
    this.file = file;
    this.directory = directory;
    this.mapped = mapped;
    this.columns = new MappedColumn[mapped.length];
    this.intact = new AtomicIntegerArray(mapped.length);
    for (int i = 0; i < mapped.length; i++) {
      Column.Spec spec = layout().columns().get(i);
      columns[i] =
          new MappedColumn(
              spec, layout().regions(), mapped[i], MappedColumn.segmentBytes(spec, mappingBytes));
    }
  }

  /**
   * Opens a table.
   *
   * @throws BadTableException if the file is no whole table of this version
   * @throws IOException if it cannot be read
   */
  public static SignalTable open(Path file) throws IOException {
    return open(file, Integer.MAX_VALUE);
  }

  /** Maps at most {@code mappingBytes} at a time, or one row. */
  static SignalTable open(Path file, int mappingBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      TableFormat.Directory directory = TableFormat.read(file, channel);
      MappedFile[] mapped = new MappedFile[directory.offsets().length];
      try {
        for (int i = 0; i < mapped.length; i++) {
          long bytes = TableFormat.columnBytes(directory.layout(), i);
          long segment =
              MappedColumn.segmentBytes(directory.layout().columns().get(i), mappingBytes);
          mapped[i] = MappedFile.readOnly(file, channel, directory.offsets()[i], bytes, segment);
        }
      } catch (IOException | RuntimeException e) {
        close(mapped);
        throw e;
      }
      return new SignalTable(file, directory, mapped, mappingBytes);
    }
  }

  /** What the table holds. */
  public TableLayout layout() {
    return directory.layout();
  }

  /** Number of regions. */
  public int regions() {
    return layout().regions();
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** Whether there is a column of that name. */
  public boolean has(String name) {
    return indexOf(name) >= 0;
  }

  /**
   * A column, verified.
   *
   * @throws BadTableException if there is none of that name or its bytes are damaged
   */
  public Column column(String name) throws BadTableException {
    int i = indexOf(name);
    if (i < 0) {
      throw new BadTableException(file, "columns " + layout().columns(), "one named " + name);
    }
    verify(i);
    return columns[i];
  }

  /**
   * Checks the bytes of every column.
   *
   * @throws BadTableException naming the first damaged one
   */
  public void verify() throws BadTableException {
    for (int i = 0; i < columns.length; i++) {
      verify(i);
    }
  }

  private void verify(int i) throws BadTableException {
    if (intact.get(i) == 0) {
      Column.Spec spec = columns[i].spec();
      int found = columns[i].crc();
      if (found != directory.crcs()[i]) {
        throw new BadTableException(
            file,
            String.format("column %s with checksum %08x", spec, found),
            String.format("checksum %08x", directory.crcs()[i]));
      }
      intact.set(i, 1);
    }
  }

  private int indexOf(String name) {
    for (int i = 0; i < columns.length; i++) {
      if (columns[i].name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** Unmaps the file; idempotent. */
  @Override
  public void close() {
    close(mapped);
  }

  private static void close(MappedFile[] mapped) {
    for (MappedFile column : mapped) {
      if (column != null) {
        column.close();
      }
    }
  }
}
