package dev.assay.bench;

import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.RegionSignals;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.Span;
import dev.assay.score.RegionList;
import dev.assay.score.Signal;
import java.util.EnumSet;
import java.util.Set;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * How long does an image take when everything is wanted, or the region signals alone: through a
 * session or from the kernel class, into the caller's memory or the session's? Bytes: 4 c h w read,
 * 13 h w written with maps.
 */
public class RegionSignalsBench extends ScoreBenchmark {
  private static final Set<Signal> SIGNALS = EnumSet.allOf(Signal.class);

  private RegionSignals kernel;
  private RegionList regions;
  private PixelMaps maps;
  private RegionOutputs outputs;

  @Override
  void prepare() {
    makeLogits();
    boolean camvid = width == 480;
    regions = keep(RegionList.grid(1, width, height, camvid ? 80 : 128, camvid ? 90 : 128));
    maps = maps(buffer(4 * pixels()));
    Span histogram = span(4L * regions.size() * classes);
    outputs = outputs(histogram);
    kernel = keep(new RegionSignals());
    everything();
    requireCounts(histogram);
  }

  private RegionOutputs outputs(Span histogram) {
    long r = regions.size();
    return new RegionOutputs()
        .classHistogram(histogram)
        .entropyMin(span(256 * r))
        .entropyAvg(span(256 * r))
        .entropyMax(span(256 * r))
        .entropyMean(span(4 * r))
        .marginMean(span(4 * r))
        .leastConfidenceMean(span(4 * r))
        .probabilityMean(span(4 * r * classes));
  }

  /** Each region's counts sum to its pixels. */
  private void requireCounts(Span histogram) {
    for (int r = 0; r < regions.size(); r++) {
      long counted = 0;
      for (int c = 0; c < classes; c++) {
        counted += UnsafeApi.getInt(histogram.address() + 4L * ((long) r * classes + c));
      }
      require(
          counted == (long) regions.width() * regions.height(), counted + " pixels in region " + r);
    }
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

  /** The same without the session. */
  @Benchmark
  public long regionsKernelOnly() {
    return kernel.run(
        exec,
        logits,
        ScoreKind.LOGITS,
        regions.span(),
        regions.size(),
        regions.width(),
        regions.height(),
        PixelMaps.NONE,
        outputs);
  }

  /** The same into memory that the session keeps, with a result object; a few objects per call. */
  @Benchmark
  public Object regionsIntoSessionMemory() {
    return session.regionSignals(logits, regions, SIGNALS);
  }
}
