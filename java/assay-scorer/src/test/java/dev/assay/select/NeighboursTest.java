package dev.assay.select;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against measuring every distance; few selected rows are seldom among the nearest. */
class NeighboursTest {
  private static final int COLUMNS = 5;

  @ParameterizedTest
  @CsvSource({"600, 1", "600, 3", "600, 40", "600, 300", "600, 600", "20, 1", "20, 9", "1, 1"})
  void distancesToTheNearestSelectedRow(int rows, int selected) {
    Random random = new Random(selected);
    BitSet selection = new BitSet();
    while (selection.cardinality() < selected) {
      selection.set(random.nextInt(rows));
    }
    try (HostBuffer all = HostBuffer.floats("all", (long) rows * COLUMNS);
        HostBuffer some = HostBuffer.floats("selected", (long) selected * COLUMNS);
        ContextRewards rewards = new ContextRewards(Exec.cpu(1))) {
      int copied = 0;
      for (int i = 0; i < rows * COLUMNS; i++) {
        // Coarse steps force ties.
        all.putFloat(i, random.nextInt(8) / 4f);
        if (selection.get(i / COLUMNS)) {
          some.putFloat(copied++, all.getFloat(i));
        }
      }
      MatrixView allRows = MatrixView.dense(Span.of(all), rows, COLUMNS);
      MatrixView someRows = MatrixView.dense(Span.of(some), selected, COLUMNS);
      try (Neighbours neighbours = new Neighbours(Exec.cpu(2), allRows)) {
        double mean = neighbours.meanDistance(selection, someRows);
        assertEquals(rewards.visualRepresentation(allRows, someRows), Math.exp(-mean), 1e-15);
      }
    }
  }
}
