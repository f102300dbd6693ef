package dev.assay.score;

import dev.assay.kernel.ClassDistributions;
import dev.assay.kernel.KlHistogram;
import dev.assay.kernel.KlOutputs;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.RegionSignals;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import org.agrona.UnsafeApi;

/**
 * The state and the action representations of one RALIS step, from logits or from signals computed
 * before: {@link #begin}, then regions of the state set and of the pool in any order and in batches
 * of any size, then {@link #finish}. Rows stand in the order in which their regions came. KL scores
 * are between distributions over the regions' own classes, whatever classes the layout has.
 *
 * <p>The caller owns both matrices. Off-heap memory of its own is allocated when a step or a batch
 * is larger than any before, then kept. Confined to one thread, as its session is; close it before
 * the session.
 */
public final class RalisState implements AutoCloseable {
  private static final int CELLS = RegionSignals.CELLS_PER_SIDE * RegionSignals.CELLS_PER_SIDE;

  private final Session session;
  private final RalisFeatures features;
  private final int classes;
  private final KlHistogram klKernel = new KlHistogram();
  private final ResultBuffers<Signal> signals = new ResultBuffers<>(Signal.class);
  private final ResultBuffers<Table> tables = new ResultBuffers<>(Table.class);
  private final RegionOutputs outputs = new RegionOutputs();
  private RalisFeatures.Source source;
  private int sourceRegions = -1;
  private Span stateRows;
  private Span actionRows;
  private long stateRegions;
  private long candidates;

  /** What is kept of all candidates until the step is finished. */
  private enum Table {
    /** i32 [candidates, C + 1], the last entry for void. */
    CLASS_COUNTS,
    /** f32 [candidates, 32]. */
    KL_HISTOGRAM
  }

  /** For regions of {@code layout.classes()} classes. */
  public RalisState(Session session, RalisLayout layout) {
    this(session, layout, ClassMap.identity(layout.classes()));
  }

  /** For regions of {@code classMap.dataClasses()} classes. */
  public RalisState(Session session, RalisLayout layout, ClassMap classMap) {
    this.session = session;
    this.features = new RalisFeatures(layout, classMap);
    this.classes = classMap.dataClasses();
  }

  /**
   * Starts a step; what was not finished is forgotten.
   *
   * @param stateRows f32 [.., stateWidth] with room for every region of the state set; may be empty
   * @param actionRows f32 [.., actionWidth] with room for every candidate; may be empty
   */
  public void begin(Span stateRows, Span actionRows) {
    this.stateRows = stateRows;
    this.actionRows = actionRows;
    this.stateRegions = 0;
    this.candidates = 0;
    long room = actionRows.bytes() / ((long) Float.BYTES * features.layout().actionWidth());
    tables.ensure(Table.CLASS_COUNTS, room * Integer.BYTES * (classes + 1));
    tables.ensure(Table.KL_HISTOGRAM, room * Float.BYTES * KlHistogram.BINS);
  }

  /** Regions of the state set added so far. */
  public long stateRegions() {
    return stateRegions;
  }

  /** Candidates added so far. */
  public long candidates() {
    return candidates;
  }

  /**
   * Adds regions of state-set images.
   *
   * @param logits [n, c, h, w]
   * @throws NanScoresException if a region holds a NaN; nothing is added then
   * @throws IllegalArgumentException if they do not fit the rows given
   */
  public void addStateRegions(TensorView logits, RegionList regions) {
    requireBegun();
    score(logits, regions);
    addStateRegions(source, regions.size());
  }

  /** Adds state-set regions with their signals. */
  public void addStateRegions(RalisFeatures.Source signals, int regions) {
    requireBegun();
    features.writeState(signals, regions, stateRows, stateRegions);
    stateRegions += regions;
  }

  /**
   * Adds candidate regions of pool images.
   *
   * @param logits [n, c, h, w]
   * @throws NanScoresException if a region holds a NaN; nothing is added then
   * @throws IllegalArgumentException if they do not fit the rows given
   */
  public void addCandidates(TensorView logits, RegionList regions) {
    requireBegun();
    score(logits, regions);
    addCandidates(source, regions.size());
  }

  /** Adds candidate regions with their signals. */
  public void addCandidates(RalisFeatures.Source signals, int regions) {
    requireBegun();
    features.writeAction(signals, regions, actionRows, candidates);
    keepCounts(signals, regions);
    candidates += regions;
  }

  /**
   * Ends the step: writes the KL parts of all action rows. The pool is all candidates of the step,
   * each among them; without labelled regions their part is 0.
   *
   * @param labelled true class distributions of the labelled regions, [L, C + 1]
   */
  public void finish(ClassDistributions labelled) {
    requireBegun();
    Span counts = tables.get(Table.CLASS_COUNTS);
    ClassDistributions pool =
        new ClassDistributions(
            counts,
            ClassDistributions.Type.I32,
            candidates,
            classes + 1,
            RalisFeatures.ABSENT_CLASS);
    KlOutputs histogram = KlOutputs.histogram(tables.get(Table.KL_HISTOGRAM));
    klKernel.run(session.exec(), pool, labelled, histogram);
    features.writeKl(histogram.histogram(), candidates, features.layout().labelledKl(), actionRows);
    klKernel.run(session.exec(), pool, null, histogram);
    features.writeKl(histogram.histogram(), candidates, features.layout().poolKl(), actionRows);
    actionRows = null;
    stateRows = null;
  }

  private void requireBegun() {
    if (actionRows == null) {
      throw new IllegalStateException("RalisState: begin() must come first");
    }
  }

  private void score(TensorView logits, RegionList regions) {
    if (logits.c() != classes) {
      throw new IllegalArgumentException(
          "logits have c=" + logits.c() + " classes, expected " + classes);
    }
    if (regions.size() > sourceRegions) {
      reserve(regions.size());
    }
    session.regionSignals(logits, ScoreKind.LOGITS, regions, PixelMaps.NONE, outputs);
  }

  private void reserve(int regions) {
    long cells = (long) Float.BYTES * CELLS * regions;
    source =
        new RalisFeatures.Source(
            signals.ensure(Signal.CLASS_HISTOGRAM, (long) Integer.BYTES * classes * regions),
            signals.ensure(Signal.ENTROPY_MIN, cells),
            signals.ensure(Signal.ENTROPY_AVG, cells),
            signals.ensure(Signal.ENTROPY_MAX, cells));
    sourceRegions = regions;
    outputs
        .classHistogram(source.classHistogram())
        .entropyMin(source.entropyMin())
        .entropyAvg(source.entropyAvg())
        .entropyMax(source.entropyMax());
  }

  /** The class counts with a void entry of 0, which the KL kernel fills as it fills the others. */
  private void keepCounts(RalisFeatures.Source signals, int regions) {
    long row = (long) Integer.BYTES * (classes + 1);
    long from = signals.classHistogram().address();
    long to = tables.get(Table.CLASS_COUNTS).address() + candidates * row;
    for (int i = 0; i < regions; i++) {
      UnsafeApi.copyMemory(from + i * (row - Integer.BYTES), to, row - Integer.BYTES);
      UnsafeApi.putInt(to + row - Integer.BYTES, 0);
      to += row;
    }
  }

  @Override
  public void close() {
    klKernel.close();
    signals.close();
    tables.close();
  }
}
