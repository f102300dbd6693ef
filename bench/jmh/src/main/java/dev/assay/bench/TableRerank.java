package dev.assay.bench;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.score.Column;
import dev.assay.score.Signal;
import dev.assay.score.SignalTable;
import dev.assay.score.SignalTableWriter;
import dev.assay.score.TableLayout;
import dev.assay.select.Candidates;
import dev.assay.select.Pick;
import dev.assay.select.RandomKeys;
import dev.assay.select.Selector;
import dev.assay.select.Strategies;
import dev.assay.select.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.agrona.UnsafeApi;

/**
 * How long does it take to ask a table of many regions another question? Arguments: FILE REGIONS
 * BUDGET STRATEGY... Writes a table of random signals where there is no FILE, then for each
 * strategy and three times over opens the table, verifies the columns that are read, picks, and
 * prints the seconds. A first run after the file left the page cache is a cold one; the JVM's own
 * start is not counted.
 */
public final class TableRerank {
  private static final int PER_IMAGE = 128;
  private static final int CLASSES = 19;
  private static final int CHUNK = 1 << 16;
  private static final int REPEATS = 3;

  private TableRerank() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    int regions = Integer.parseInt(args[1]);
    int budget = Integer.parseInt(args[2]);
    if (!Files.exists(file)) {
      write(file, regions);
    }
    for (String specification : List.of(args).subList(3, args.length)) {
      for (int r = 0; r < REPEATS; r++) {
        measure(file, Strategies.named(specification), budget);
      }
    }
  }

  private static void measure(Path file, Strategy strategy, int budget) throws IOException {
    long start = System.nanoTime();
    try (SignalTable table = SignalTable.open(file)) {
      Candidates candidates = Candidates.of(table, strategy.columns());
      List<Pick> picks = Selector.topK(strategy, candidates, budget, new RandomKeys(1, 0));
      System.out.printf(
          Locale.ROOT,
          "%s: top %d of %d in %.3f s, first score %.6f%n",
          strategy.name(),
          picks.size(),
          table.regions(),
          (System.nanoTime() - start) / 1e9,
          picks.get(0).score());
    }
  }

  private static void write(Path file, int regions) throws IOException {
    List<String> images =
        IntStream.rangeClosed(0, regions / PER_IMAGE).mapToObj(i -> "image" + i).toList();
    List<Column.Spec> columns =
        List.of(
            Column.Spec.of(Signal.ENTROPY_MEAN, CLASSES),
            Column.Spec.of(Signal.MARGIN_MEAN, CLASSES),
            Column.Spec.of(Signal.CLASS_HISTOGRAM, CLASSES));
    TableLayout layout = new TableLayout(regions, 128, 128, 8, CLASSES, List.of(), images, columns);
    Random random = new Random(1);
    try (SignalTableWriter writer = SignalTableWriter.create(file, layout);
        HostBuffer block = HostBuffer.allocate("chunk", 4L * CHUNK * CLASSES)) {
      for (Column.Spec column : layout.columns()) {
        for (int first = 0; first < regions; first += CHUNK) {
          int rows = Math.min(CHUNK, regions - first);
          for (int i = 0; i < rows * column.width(); i++) {
            long at = block.address() + 4L * i;
            UnsafeApi.putInt(at, value(column, first + i / column.width(), random));
          }
          writer.write(column.name(), first, Span.of(block, 0, 4L * rows * column.width()));
        }
      }
      writer.finish();
    }
  }

  /** The bits of one value. */
  private static int value(Column.Spec column, int row, Random random) {
    return switch (column.name()) {
      case Column.IMAGE -> row / PER_IMAGE;
      case Column.X -> row % PER_IMAGE / 8 * 128;
      case Column.Y -> row % 8 * 128;
      case "class_histogram" -> random.nextInt(128 * 128 / CLASSES);
      default -> Float.floatToRawIntBits(random.nextFloat());
    };
  }
}
