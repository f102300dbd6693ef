package dev.assay.bench;

import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import java.util.ArrayDeque;
import java.util.Deque;
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
 * How long does an image take through a session when everything is wanted: all maps and all region
 * signals, from logits that are in memory? Bytes: 4 c h w read, 13 h w written.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RegionSignalsBench {
  /** Classes x height x width, with the region width x height below. */
  @Param({"19x1024x2048", "11x360x480"})
  public String shape;

  /** Layout of the logits. */
  @Param({"nchw", "nhwc"})
  public String layout;

  /** See {@link Scores.Values}. */
  @Param({"STREET", "NOISE"})
  public Scores.Values values;

  /** CPU threads; 0 means all. */
  @Param("0")
  public int threads;

  private final Deque<HostBuffer> buffers = new ArrayDeque<>();
  private Engine engine;
  private Session session;
  private RegionList regions;
  private TensorView logits;
  private PixelMaps maps;
  private RegionOutputs outputs;

  /** Allocates, runs once, and checks what must hold: each region's counts sum to its pixels. */
  @Setup(Level.Trial)
  public void setUp() {
    int[] s = Scores.shape(shape);
    boolean nchw = layout.equals("nchw");
    HostBuffer scores = keep(Scores.logits(s[0], s[1], s[2], values, nchw));
    logits = Scores.view(scores, s[0], s[1], s[2], nchw);
    int side = s[1] >= 1024 ? 128 : 0;
    regions = RegionList.grid(1, s[2], s[1], side > 0 ? side : 80, side > 0 ? side : 90);
    engine = Engine.cpu(threads);
    session = engine.session();
    long pixels = (long) s[1] * s[2];
    maps = new PixelMaps(span(4 * pixels), span(pixels), span(4 * pixels), span(4 * pixels));
    long r = regions.size();
    Span histogram = span(4 * r * s[0]);
    outputs =
        new RegionOutputs()
            .classHistogram(histogram)
            .entropyMin(span(256 * r))
            .entropyAvg(span(256 * r))
            .entropyMax(span(256 * r))
            .entropyMean(span(4 * r))
            .marginMean(span(4 * r))
            .leastConfidenceMean(span(4 * r))
            .probabilityMean(span(4 * r * s[0]));
    everything();
    long counted = 0;
    for (long i = 0; i < r * s[0]; i++) {
      counted += UnsafeApi.getInt(histogram.address() + 4 * i);
    }
    if (counted != r * regions.width() * regions.height()) {
      throw new IllegalStateException("histograms count " + counted + " pixels");
    }
  }

  private Span span(long bytes) {
    return Span.of(keep(HostBuffer.allocate("bench", bytes)));
  }

  private HostBuffer keep(HostBuffer buffer) {
    buffers.push(buffer);
    return buffer;
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void tearDown() {
    engine.close();
    regions.close();
    buffers.forEach(HostBuffer::close);
  }

  /** All maps and all region signals. */
  @Benchmark
  public void everything() {
    session.regionSignals(logits, ScoreKind.LOGITS, regions, maps, outputs);
  }

  /** The region signals alone, as the learning loop asks for them. */
  @Benchmark
  public void regionsOnly() {
    session.regionSignals(logits, ScoreKind.LOGITS, regions, PixelMaps.NONE, outputs);
  }
}
