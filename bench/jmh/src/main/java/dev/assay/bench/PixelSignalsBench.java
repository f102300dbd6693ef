package dev.assay.bench;

import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.PixelSignals;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * How long do the per-pixel maps of an image take, all four or the entropy alone, through a session
 * or from the kernel class? Bytes: 4 c h w read, 13 h w or 4 h w written.
 */
public class PixelSignalsBench extends ScoreBenchmark {
  private PixelSignals kernel;
  private PixelMaps all;
  private PixelMaps entropyMap;

  @Override
  void prepare() {
    makeLogits();
    HostBuffer entropy = buffer(4 * pixels());
    all = maps(entropy);
    entropyMap = new PixelMaps(Span.of(entropy), null, null, null);
    kernel = keep(new PixelSignals());
    allMaps();
    requireEntropies(entropy);
  }

  /** Entropy, argmax, largest probability and margin. */
  @Benchmark
  public void allMaps() {
    session.pixelSignals(logits, ScoreKind.LOGITS, all);
  }

  /** The same without the session. */
  @Benchmark
  public long allMapsKernelOnly() {
    return kernel.run(exec, logits, ScoreKind.LOGITS, all);
  }

  /** The entropy alone. */
  @Benchmark
  public void entropyOnly() {
    session.pixelSignals(logits, ScoreKind.LOGITS, entropyMap);
  }
}
