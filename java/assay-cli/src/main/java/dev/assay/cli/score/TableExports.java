package dev.assay.cli.score;

import dev.assay.format.AtomicFile;
import dev.assay.format.ElementType;
import dev.assay.format.NpzStream;
import dev.assay.format.ScoreArray;
import dev.assay.memory.HostBuffer;
import dev.assay.score.Column;
import dev.assay.score.SignalTable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Turns a finished signal table into the files that other programs read, row by row. */
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

  /** {@code scores.csv}: a line per region with every signal that is one number. */
  public static void scores(OutputFolder folder, SignalTable table) throws IOException {
    List<Column> scalars = new ArrayList<>();
    StringBuilder header = new StringBuilder("image,region,x,y");
    for (Column.Spec spec : table.layout().columns()) {
      if (spec.width() == 1 && spec.type() == Column.Type.F32) {
        scalars.add(table.column(spec.name()));
        header.append(',').append(spec.name());
      }
    }
    Column image = table.column(Column.IMAGE);
    Column x = table.column(Column.X);
    Column y = table.column(Column.Y);
    AtomicFile.write(
        folder.file(OutputFolder.SCORES),
        out -> {
          PrintStream csv = new PrintStream(out, false, StandardCharsets.UTF_8);
          csv.append(header).append('\n');
          int region = 0;
          for (int row = 0; row < table.regions(); row++) {
            boolean next = row > 0 && image.getInt(row, 0) != image.getInt(row - 1, 0);
            region = next ? 0 : region;
            csv.append(Integer.toString(image.getInt(row, 0)))
                .append(',')
                .append(Integer.toString(region++))
                .append(',')
                .append(Integer.toString(x.getInt(row, 0)))
                .append(',')
                .append(Integer.toString(y.getInt(row, 0)));
            for (Column scalar : scalars) {
              csv.append(',').append(Float.toString(scalar.getFloat(row, 0)));
            }
            csv.append('\n');
          }
          requireWritten(csv, folder);
        });
  }

  /** {@code images.csv}: a line per image number. */
  public static void images(OutputFolder folder, List<ScoreArray> arrays) throws IOException {
    AtomicFile.write(
        folder.file(OutputFolder.IMAGES),
        out -> {
          PrintStream csv = new PrintStream(out, false, StandardCharsets.UTF_8);
          csv.append("image,file,array,index,width,height\n");
          for (ScoreArray array : arrays) {
            String place = quoted(array.file().toString()) + "," + quoted(array.array());
            for (long i = 0; i < array.images(); i++) {
              csv.append(Long.toString(array.firstImage() + i))
                  .append(',')
                  .append(place)
                  .append(',')
                  .append(i + "," + array.width() + "," + array.height() + "\n");
            }
          }
          requireWritten(csv, folder);
        });
  }

  /** RFC 4180. */
  private static String quoted(String text) {
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  /** A print stream swallows errors until it is asked. */
  private static void requireWritten(PrintStream csv, OutputFolder folder) throws IOException {
    if (csv.checkError()) {
      throw new IOException(folder.file("") + ": a table could not be written whole");
    }
  }
}
