package dev.assay.score;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTableTest {
  private static final int REGIONS = 1000;
  private static final List<Column.Spec> COLUMNS =
      List.of(
          Column.Spec.of(Signal.ENTROPY_MEAN, 3),
          Column.Spec.of(Signal.CLASS_HISTOGRAM, 3),
          new Column.Spec("features", Column.Type.F32, 5));

  @TempDir Path directory;

  private static TableLayout layout(int regions) {
    return new TableLayout(
        regions, 128, 96, 8, 3, List.of("road", "sky", "Fußweg"), List.of("a", "b/c"), COLUMNS);
  }

  /** What the tests put into row {@code row} of a column: a number that names its place. */
  private static int value(Column.Spec column, int row, int element) {
    return row * 7 + element * 3 + column.name().length();
  }

  private static void write(SignalTableWriter writer, Column.Spec column, int first, int rows)
      throws IOException {
    try (HostBuffer values = HostBuffer.allocate("rows", 4L * rows * column.width())) {
      for (int i = 0; i < rows * column.width(); i++) {
        int value = value(column, first + i / column.width(), i % column.width());
        if (column.type() == Column.Type.F32) {
          values.putFloat(i, value);
        } else {
          UnsafeApi.putInt(values.address() + 4L * i, value);
        }
      }
      writer.write(column.name(), first, Span.of(values));
    }
  }

  private Path table(int regions) throws IOException {
    Path file = directory.resolve("signals.assay");
    try (SignalTableWriter writer = SignalTableWriter.create(file, layout(regions))) {
      for (Column.Spec column : layout(regions).columns()) {
        write(writer, column, 0, regions);
      }
      writer.finish();
    }
    return file;
  }

  private static void check(SignalTable table) throws IOException {
    for (Column.Spec spec : table.layout().columns()) {
      Column column = table.column(spec.name());
      for (int row = 0; row < table.regions(); row++) {
        for (int e = 0; e < spec.width(); e++) {
          double found =
              spec.type() == Column.Type.F32 ? column.getFloat(row, e) : column.getInt(row, e);
          assertEquals(value(spec, row, e), found);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, REGIONS})
  void whatIsWrittenIsRead(int regions) throws IOException {
    try (SignalTable table = SignalTable.open(table(regions))) {
      assertEquals(layout(regions), table.layout());
      check(table);
      table.verify();
      assertEquals("Fußweg", table.layout().classNames().get(2));
    }
  }

  /** As columns beyond 2 GiB are read: in several mappings of whole rows. */
  @ParameterizedTest
  @ValueSource(ints = {1, 64, 100, 4096})
  void columnsMaySpanManyMappings(int mappingBytes) throws IOException {
    try (SignalTable table = SignalTable.open(table(REGIONS / 10), mappingBytes)) {
      check(table);
      table.verify();
      Column features = table.column("features");
      try (HostBuffer row = HostBuffer.allocate("row", 4L * features.width())) {
        features.copyRow(99, row.address());
        assertEquals(features.getFloat(99, 4), row.getFloat(4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void rowsComeInAnyOrderAndTheBytesAreTheSame(long seed) throws IOException {
    byte[] expected = Files.readAllBytes(table(REGIONS));
    Path file = directory.resolve("shuffled.assay");
    List<int[]> chunks = new ArrayList<>();
    Random random = new Random(seed);
    for (int c = 0; c < layout(REGIONS).columns().size(); c++) {
      for (int first = 0; first < REGIONS; ) {
        int rows = Math.min(1 + random.nextInt(200), REGIONS - first);
        chunks.add(new int[] {c, first, rows});
        first += rows;
      }
    }
    Collections.shuffle(chunks, random);
    try (SignalTableWriter writer = SignalTableWriter.create(file, layout(REGIONS))) {
      for (int[] chunk : chunks) {
        write(writer, layout(REGIONS).columns().get(chunk[0]), chunk[1], chunk[2]);
      }
      writer.finish();
    }
    assertTrue(Arrays.equals(expected, Files.readAllBytes(file)));
  }

  @Test
  void anUnfinishedTableLeavesNothing() throws IOException {
    Path file = directory.resolve("signals.assay");
    Column.Spec entropy = COLUMNS.get(0);
    try (SignalTableWriter writer = SignalTableWriter.create(file, layout(REGIONS))) {
      write(writer, entropy, 0, 600);
      write(writer, entropy, 700, 100);
      for (int[] again : new int[][] {{599, 1}, {0, 1}, {650, 51}, {799, 5}, {500, 500}}) {
        String message =
            assertThrows(
                    IllegalArgumentException.class,
                    () -> write(writer, entropy, again[0], again[1]))
                .getMessage();
        assertTrue(message.contains("written before"), message);
      }
      assertThrows(IllegalArgumentException.class, () -> write(writer, entropy, 999, 2));
      assertThrows(IllegalStateException.class, writer::finish);
    }
    try (var files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void everyTruncationIsAClearError() throws IOException {
    byte[] whole = Files.readAllBytes(table(17));
    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(directory.resolve("cut"), Arrays.copyOf(whole, length));
      BadTableException e = assertThrows(BadTableException.class, () -> SignalTable.open(file));
      assertTrue(e.getMessage().startsWith(file + ": found "), e.getMessage());
      assertTrue(e.getMessage().contains("expected"), e.getMessage());
    }
  }

  /** Every byte in turn, one seeded bit each; padding is the only part nobody reads. */
  @Test
  void everyFlippedBitIsFoundOrHarmless() throws IOException {
    Path sound = table(17);
    byte[] whole = Files.readAllBytes(sound);
    Random random = new Random(1);
    int found = 0;
    for (int at = 0; at < whole.length; at++) {
      byte[] bytes = whole.clone();
      bytes[at] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(directory.resolve("flipped"), bytes);
      try (SignalTable table = SignalTable.open(file)) {
        table.verify();
        check(table);
      } catch (BadTableException e) {
        found++;
        assertTrue(e.getMessage().startsWith(file + ": found "), e.getMessage());
      }
    }
    long payload = whole.length - padding();
    assertEquals(payload, found);
  }

  /** Bytes between the columns of a table of 17 regions. */
  private static long padding() {
    TableLayout layout = layout(17);
    long padding = 0;
    for (int c = 0; c < layout.columns().size(); c++) {
      long bytes = TableFormat.columnBytes(layout, c);
      padding += TableFormat.align(bytes) - bytes;
    }
    return padding;
  }

  /** Sound checksums around nonsense: what a careless or hostile writer would make. */
  @Test
  void nonsenseWithRightChecksumsIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(table(17));
    ByteBuffer header = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    int directoryAt = (int) header.getLong(32);
    Random random = new Random(2);
    for (int i = 0; i < 1000; i++) {
      byte[] bytes = whole.clone();
      ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      boolean inHeader = random.nextInt(3) == 0;
      int at =
          inHeader
              ? 12 + random.nextInt(48)
              : directoryAt + random.nextInt(bytes.length - directoryAt);
      bytes[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
      b.putInt(56, crc(bytes, directoryAt, bytes.length));
      b.putInt(124, crc(bytes, 0, 124));
      Path file = Files.write(directory.resolve("nonsense"), bytes);
      int seed = i;
      assertDoesNotThrow(() -> readAll(file), () -> "mutation " + seed);
    }
  }

  private static void readAll(Path file) throws IOException {
    try (SignalTable table = SignalTable.open(file)) {
      table.verify();
      for (Column.Spec spec : table.layout().columns()) {
        Column column = table.column(spec.name());
        try (HostBuffer row = HostBuffer.allocate("row", spec.rowBytes())) {
          if (column.rows() > 0) {
            column.copyRow(column.rows() - 1, row.address());
          }
        }
      }
    } catch (BadTableException e) {
      assertTrue(e.getMessage().startsWith(file + ": found "), e.getMessage());
    }
  }

  private static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  @Test
  void anotherVersionIsNamed() throws IOException {
    Path file = table(1);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(8);
      out.write(2);
    }
    assertEquals(
        file + ": found signal table version 2, expected version 1",
        assertThrows(BadTableException.class, () -> SignalTable.open(file)).getMessage());
  }

  @Test
  void columnsEndWithTheirTable() throws IOException {
    Column column;
    try (SignalTable table = SignalTable.open(table(17))) {
      column = table.column("entropy_mean");
      assertThrows(IndexOutOfBoundsException.class, () -> column.getFloat(17, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> column.getFloat(0, 1));
      assertThrows(IllegalStateException.class, () -> column.getInt(0, 0));
      assertFalse(table.has("margin_mean"));
      assertTrue(
          assertThrows(BadTableException.class, () -> table.column("margin_mean"))
              .getMessage()
              .contains("entropy_mean f4[1]"));
    }
    assertThrows(IllegalStateException.class, () -> column.getFloat(0, 0));
  }
}
