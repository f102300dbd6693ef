package dev.assay.model;

import dev.assay.kernel.ClassDistributions;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.score.ClassMap;
import dev.assay.score.Column;
import dev.assay.score.RalisFeatures;
import dev.assay.score.RalisState;
import dev.assay.score.Session;
import dev.assay.score.Signal;
import dev.assay.select.Candidates;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A policy over regions whose signals were computed before, with the values that an experiment's
 * policy gives the same regions. Owner of its buffers, not of the network; confined to one thread.
 */
public final class TablePolicy implements AutoCloseable {
  /** Signals that the state's regions and the candidates must have. */
  public static final List<Signal> SIGNALS =
      List.of(Signal.CLASS_HISTOGRAM, Signal.ENTROPY_MIN, Signal.ENTROPY_AVG, Signal.ENTROPY_MAX);

  private final QueryNetwork network;
  private final PolicyInput input;
  private final ClassMap classMap;
  private final RalisState features;
  private HostBuffer values = HostBuffer.floats("Q", 0);

  /**
   * Prepares.
   *
   * @param network of {@code input}'s sizes
   * @param classMap from the tables' classes to the policy's
   * @param session outlives this object
   */
  public TablePolicy(QueryNetwork network, PolicyInput input, ClassMap classMap, Session session) {
    this.network = network;
    this.input = input;
    this.classMap = classMap;
    this.features = new RalisState(session, input.layout(), classMap);
  }

  /**
   * Checks that a table has the signals.
   *
   * @throws IllegalArgumentException if one is missing or of another shape
   */
  public static void requireSignals(Candidates candidates) {
    for (Signal signal : SIGNALS) {
      Column column = candidates.column(signal.key());
      Column.Spec expected = Column.Spec.of(signal, candidates.classes());
      if (!column.spec().equals(expected)) {
        throw new IllegalArgumentException("column " + column.spec() + " must be " + expected);
      }
    }
  }

  /**
   * Values candidates in a state.
   *
   * @param stateRows rows of {@code state}, as many as the policy was trained with
   * @param members rows of {@code candidates} that are offered together
   * @param labelled class distributions of the labelled regions, over the tables' classes
   * @return address of fp32 [members], valid until the next call
   * @throws IllegalArgumentException if a signal is missing or of another shape
   */
  public long values(
      Candidates state,
      int[] stateRows,
      Candidates candidates,
      int[] members,
      ClassDistributions labelled) {
    requireStates(stateRows.length);
    requireClasses(state);
    requireClasses(candidates);
    try (Gathered ofState = new Gathered(state, stateRows);
        Gathered offered = new Gathered(candidates, members);
        HostBuffer stateFeatures = rows(stateRows.length, input.layout().stateWidth());
        HostBuffer candidateFeatures = rows(members.length, input.layout().actionWidth());
        HostBuffer states = rows(stateRows.length, input.config().features());
        HostBuffer actions = rows(members.length, input.config().actionFeatures())) {
      write(ofState, stateFeatures, offered, candidateFeatures, labelled);
      input.copyStates(stateFeatures, stateRows.length, states);
      for (int row = 0; row < members.length; row++) {
        input.copyAction(candidateFeatures, row, actions, row);
      }
      values.close();
      values = rows(members.length, 1);
      network.observe(states.address(), 1);
      network.value(actions.address(), 1, members.length, values.address());
      return values.address();
    }
  }

  private void write(
      Gathered ofState,
      HostBuffer stateFeatures,
      Gathered offered,
      HostBuffer candidateFeatures,
      ClassDistributions labelled) {
    features.begin(Span.of(stateFeatures), Span.of(candidateFeatures));
    features.addStateRegions(ofState.source(), ofState.rows);
    features.addCandidates(offered.source(), offered.rows);
    features.finish(labelled);
  }

  private void requireStates(int found) {
    if (found != input.config().stateRegions()) {
      throw new IllegalArgumentException(
          "state of " + found + " regions must have the policy's " + input.config().stateRegions());
    }
  }

  private void requireClasses(Candidates table) {
    if (table.classes() != classMap.dataClasses()) {
      throw new IllegalArgumentException(
          "table of "
              + table.classes()
              + " classes must have the class map's "
              + classMap.dataClasses());
    }
    requireSignals(table);
  }

  private static HostBuffer rows(int rows, int width) {
    return HostBuffer.floats("policy rows", (long) rows * width);
  }

  @Override
  public void close() {
    features.close();
    values.close();
  }

  /** Signals of some regions, dense and off-heap. */
  private static final class Gathered implements AutoCloseable {
    private final int rows;
    private final List<HostBuffer> buffers = new ArrayList<>();

    Gathered(Candidates from, int[] rows) {
      this.rows = rows.length;
      SIGNALS.forEach(signal -> buffers.add(gather(from.column(signal.key()), rows)));
    }

    private static HostBuffer gather(Column column, int[] rows) {
      long rowBytes = 4L * column.width();
      HostBuffer buffer = HostBuffer.allocate(column.name(), rowBytes * rows.length);
      IntStream.range(0, rows.length)
          .forEach(i -> column.copyRow(rows[i], buffer.address() + i * rowBytes));
      return buffer;
    }

    RalisFeatures.Source source() {
      return new RalisFeatures.Source(
          Span.of(buffers.get(0)),
          Span.of(buffers.get(1)),
          Span.of(buffers.get(2)),
          Span.of(buffers.get(3)));
    }

    @Override
    public void close() {
      buffers.forEach(HostBuffer::close);
    }
  }
}
