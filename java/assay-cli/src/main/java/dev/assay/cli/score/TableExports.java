package dev.assay.cli.score;

import dev.assay.format.AtomicFile;
import dev.assay.format.ElementType;
import dev.assay.format.NpzStream;
import dev.assay.memory.HostBuffer;
import dev.assay.score.Column;
import dev.assay.score.SignalTable;
import java.io.IOException;
import java.io.OutputStream;

/** Turns a finished signal table into the archive that other programs read, row by row. */
public final class TableExports {
  private static final int CELLS = 64;
  private static final int SIDE = 8;
  private static final int BLOCK_BYTES = 1 << 16;

  private TableExports() {}

  /** {@code features.npz}: every column under its name; pooled cells as [R, 8, 8]. */
  public static void features(OutputFolder folder, SignalTable table) throws IOException {
    AtomicFile.write(
        folder.file(OutputFolder.FEATURES),
        out -> {
          try (NpzStream npz = new NpzStream(out)) {
            for (Column.Spec spec : table.layout().columns()) {
              Column column = table.column(spec.name());
              ElementType type = spec.type() == Column.Type.F32 ? ElementType.F4 : ElementType.I4;
              npz.add(spec.name(), type, o -> rows(column, o), shape(column));
            }
          }
        });
  }

  private static long[] shape(Column column) {
    if (column.width() == 1) {
      return new long[] {column.rows()};
    }
    return column.width() == CELLS && column.name().startsWith("entropy_")
        ? new long[] {column.rows(), SIDE, SIDE}
        : new long[] {column.rows(), column.width()};
  }

  private static void rows(Column column, OutputStream out) throws IOException {
    int rowBytes = 4 * column.width();
    int block = Math.max(1, BLOCK_BYTES / rowBytes);
    byte[] bytes = new byte[block * rowBytes];
    try (HostBuffer buffer = HostBuffer.allocate(column.name(), bytes.length)) {
      for (int row = 0; row < column.rows(); row += block) {
        int count = Math.min(block, column.rows() - row);
        for (int i = 0; i < count; i++) {
          column.copyRow(row + i, buffer.address() + (long) i * rowBytes);
        }
        buffer.getBytes(0, bytes, 0, count * rowBytes);
        out.write(bytes, 0, count * rowBytes);
      }
    }
  }
}
