package dev.assay.score;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.agrona.UnsafeApi;

/** Writes every region's place and signals into a signal table, in the order of their coming. */
public final class TableSink implements RegionSink, AutoCloseable {
  private static final List<String> PLACE = List.of(Column.IMAGE, Column.X, Column.Y);

  private final SignalTableWriter writer;
  private final List<String> extras;
  private HostBuffer place;
  private int rows;

  /**
   * A sink into a table that the caller finishes and closes.
   *
   * @param extras which extra signals the table takes
   */
  public TableSink(SignalTableWriter writer, List<String> extras) {
    this.writer = writer;
    this.extras = List.copyOf(extras);
  }

  /** The columns of a table that takes these signals. */
  public static List<Column.Spec> columns(Set<Signal> signals, List<String> extras, int classes) {
    List<Column.Spec> columns = new ArrayList<>();
    signals.forEach(signal -> columns.add(Column.Spec.of(signal, classes)));
    extras.forEach(extra -> columns.add(new Column.Spec(extra, Column.Type.F32, 1)));
    return columns;
  }

  @Override
  public void regions(ScoredRegions scored) throws IOException {
    writePlaces(scored);
    for (Signal signal : scored.signals()) {
      writer.write(signal.key(), rows, scored.span(signal));
    }
    for (String extra : extras) {
      writer.write(extra, rows, scored.extra(extra));
    }
    rows = Math.addExact(rows, scored.size());
  }

  private void writePlaces(ScoredRegions scored) throws IOException {
    long bytes = (long) Integer.BYTES * scored.size();
    if (place == null || place.bytes() < bytes) {
      close();
      place = HostBuffer.allocate("places of regions", bytes);
    }
    for (String column : PLACE) {
      for (int i = 0; i < scored.size(); i++) {
        int value =
            switch (column) {
              case Column.IMAGE -> Math.toIntExact(scored.image());
              case Column.X -> scored.x(i);
              default -> scored.y(i);
            };
        UnsafeApi.putInt(place.address() + 4L * i, value);
      }
      writer.write(column, rows, Span.of(place, 0, bytes));
    }
  }

  @Override
  public void close() {
    if (place != null) {
      place.close();
      place = null;
    }
  }
}
