package dev.assay.bench;

import dev.assay.kernel.ClassDistributions;
import dev.assay.kernel.KlHistogram;
import dev.assay.kernel.KlOutputs;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.LabelledDistributions;
import dev.assay.score.RalisFeatures;
import dev.assay.score.RalisLayout;
import dev.assay.score.RalisState;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a whole RALIS step on CamVid take from logits that are in memory, and where does
 * the time go? 20 pool images and 10 state images of 11x360x480 with 24 regions of 80x90 each, so
 * 480 candidates and 240 state regions, and 480 labelled regions. {@link #wholeState} is the step;
 * the others are its parts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RalisStateBench {
  private static final int C = 11;
  private static final int H = 360;
  private static final int W = 480;
  private static final int POOL_IMAGES = 20;
  private static final int STATE_IMAGES = 10;
  private static final int LABELLED = 480;

  /** CPU threads; 0 means all. */
  @Param("2")
  public int threads;

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final RalisLayout layout = new RalisLayout(C, RalisLayout.Reading.PUBLISHED_CODE);
  private final RalisFeatures features = new RalisFeatures(layout);
  private final TensorView[] images = new TensorView[POOL_IMAGES + STATE_IMAGES];
  private Engine engine;
  private Session session;
  private RegionList grid;
  private RalisState state;
  private LabelledDistributions labelled;
  private KlHistogram klKernel;
  private Span stateRows;
  private Span actionRows;
  private Span klRows;
  private RalisFeatures.Source source;
  private RegionOutputs signals;
  private ClassDistributions candidates;

  /** Allocates, runs a step, and checks what must hold: KL parts sum to 1. */
  @Setup(Level.Trial)
  public void setUp() {
    engine = keep(Engine.cpu(threads));
    session = engine.session();
    state = keep(new RalisState(session, layout));
    klKernel = keep(new KlHistogram());
    grid = keep(RegionList.grid(1, W, H, 80, 90));
    for (int i = 0; i < images.length; i++) {
      HostBuffer logits = keep(Scores.logits(C, H, W, Scores.Values.STREET, true));
      blend(logits, i);
      images[i] = Scores.view(logits, C, H, W, true);
    }
    labelRegions();
    int regions = grid.size();
    source =
        new RalisFeatures.Source(
            span(4L * regions * C),
            span(256L * regions),
            span(256L * regions),
            span(256L * regions));
    signals =
        new RegionOutputs()
            .classHistogram(source.classHistogram())
            .entropyMin(source.entropyMin())
            .entropyAvg(source.entropyAvg())
            .entropyMax(source.entropyMax());
    stateRows = span(4L * STATE_IMAGES * regions * layout.stateWidth());
    actionRows = span(4L * POOL_IMAGES * regions * layout.actionWidth());
    klRows = span(4L * POOL_IMAGES * regions * KlHistogram.BINS);
    wholeState();
    readCandidates();
    check();
  }

  /** Makes each image's confident areas its own, so that class counts differ. */
  private static void blend(HostBuffer logits, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int patch = 0; patch < 60; patch++) {
      long plane = (long) random.nextInt(C) * H * W;
      int x0 = random.nextInt(W - 60);
      int y0 = random.nextInt(H - 60);
      for (int y = y0; y < y0 + 60; y++) {
        for (int x = x0; x < x0 + 60; x++) {
          logits.putFloat(plane + (long) y * W + x, 11);
        }
      }
    }
  }

  /** Label maps in blocks, whose regions hold a few classes each. */
  private void labelRegions() {
    labelled = keep(new LabelledDistributions(C, 255));
    try (HostBuffer labels = HostBuffer.allocate("labels", (long) H * W)) {
      SplittableRandom random = new SplittableRandom(5);
      for (int image = 0; image < LABELLED / grid.size(); image++) {
        for (int block = 0; block < 48; block++) {
          byte label = (byte) (random.nextInt(20) == 0 ? 255 : random.nextInt(C));
          for (int y = 0; y < 60; y++) {
            for (int x = 0; x < 60; x++) {
              labels.putByte((block / 8 * 60L + y) * W + block % 8 * 60L + x, label);
            }
          }
        }
        labelled.add(Span.of(labels), 1, H, W, grid);
      }
    }
  }

  /** The candidates' counts as the KL kernel reads them, from the rows just written. */
  private void readCandidates() {
    int rows = POOL_IMAGES * grid.size();
    Span counts = span(4L * rows * (C + 1));
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c <= C; c++) {
        float value =
            UnsafeApi.getFloat(actionRows.address() + 4L * ((long) row * layout.actionWidth() + c));
        UnsafeApi.putInt(
            counts.address() + 4L * ((long) row * (C + 1) + c), value < 0.5f ? 0 : (int) value);
      }
    }
    candidates = new ClassDistributions(counts, ClassDistributions.Type.I32, rows, C + 1, 1e-7);
  }

  private void check() {
    for (RalisLayout.Part part : new RalisLayout.Part[] {layout.labelledKl(), layout.poolKl()}) {
      double sum = 0;
      for (int column = part.from(); column < part.end(); column++) {
        sum += UnsafeApi.getFloat(actionRows.address() + 4L * column);
      }
      if (Math.abs(sum - 1) > 1e-5) {
        throw new IllegalStateException(part + " sums to " + sum);
      }
    }
  }

  private Span span(long bytes) {
    return Span.of(keep(HostBuffer.allocate("bench", bytes)));
  }

  private <T extends AutoCloseable> T keep(T owner) {
    owned.push(owner);
    return owner;
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void tearDown() throws Exception {
    for (AutoCloseable owner : owned) {
      owner.close();
    }
  }

  /** Both matrices from the logits of 30 images. */
  @Benchmark
  public void wholeState() {
    state.begin(stateRows, actionRows);
    for (int i = 0; i < images.length; i++) {
      if (i < POOL_IMAGES) {
        state.addCandidates(images[i], grid);
      } else {
        state.addStateRegions(images[i], grid);
      }
    }
    state.finish(labelled.view());
  }

  /** The region signals of 30 images alone. */
  @Benchmark
  public void regionPass() {
    for (TensorView image : images) {
      session.regionSignals(image, ScoreKind.LOGITS, grid, PixelMaps.NONE, signals);
    }
  }

  /** 480 candidates against 480 labelled regions and against themselves. */
  @Benchmark
  public void bothKlTables() {
    KlOutputs histogram = KlOutputs.histogram(klRows);
    klKernel.run(engine.exec(), candidates, labelled.view(), histogram);
    klKernel.run(engine.exec(), candidates, null, histogram);
  }

  /** Signals and KL histograms into rows. */
  @Benchmark
  public void featureRows() {
    for (int i = 0; i < images.length; i++) {
      if (i < POOL_IMAGES) {
        features.writeAction(source, grid.size(), actionRows, (long) i * grid.size());
      } else {
        features.writeState(source, grid.size(), stateRows, (long) (i - POOL_IMAGES) * grid.size());
      }
    }
    features.writeKl(klRows, candidates.count(), layout.labelledKl(), actionRows);
    features.writeKl(klRows, candidates.count(), layout.poolKl(), actionRows);
  }
}
