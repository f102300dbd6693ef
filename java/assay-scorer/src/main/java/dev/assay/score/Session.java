package dev.assay.score;

import dev.assay.device.CudaStream;
import dev.assay.device.Exec;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.kernel.Bald;
import dev.assay.kernel.BaldOutputs;
import dev.assay.kernel.ContextMixture;
import dev.assay.kernel.FlipConsistency;
import dev.assay.kernel.FlipOutputs;
import dev.assay.kernel.PassSums;
import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.PixelSignals;
import dev.assay.kernel.RegionOutputs;
import dev.assay.kernel.RegionSignals;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.util.EnumSet;
import java.util.Set;
import org.agrona.UnsafeApi;

/**
 * One thread's way into the scorer: the kernels' argument blocks and the buffers of results that
 * the caller does not own. Confined to one thread at a time; closed by whoever opened it, or by its
 * {@link Engine}.
 *
 * <p>On a GPU scores in its memory are read in place, and so are outputs in its memory written;
 * those of the host pass through pinned memory. A call returns when its results are there.
 *
 * <p>Scores with NaN are an error ({@link NanScoresException}), never ranked.
 */
public final class Session implements AutoCloseable {
  private final Engine engine;
  private final Exec exec;
  private final CudaStream ownStream;
  private final PixelSignals pixelKernel = new PixelSignals();
  private final RegionSignals regionKernel = new RegionSignals();
  private final Bald baldKernel = new Bald();
  private final FlipConsistency flipKernel = new FlipConsistency();
  private final ContextMixture mixtureKernel = new ContextMixture();
  private final ResultBuffers<Signal> regionBuffers = new ResultBuffers<>(Signal.class);
  private final ResultBuffers<PixelSignal> pixelBuffers = new ResultBuffers<>(PixelSignal.class);

  /** {@code ownStream} is closed with the session; null if it has none, or another's. */
  Session(Engine engine, Exec exec, CudaStream ownStream) {
    this.engine = engine;
    this.exec = exec;
    this.ownStream = ownStream;
  }

  /**
   * Region signals of logits, into this session's memory.
   *
   * @param logits [n, c, h, w]
   * @throws NanScoresException if a region holds a NaN
   */
  public RegionSignalsResult regionSignals(
      TensorView logits, RegionList regions, Set<Signal> wanted) {
    int classes = Math.toIntExact(logits.c());
    RegionOutputs outputs = new RegionOutputs();
    for (Signal signal : wanted) {
      long elements = Math.multiplyExact((long) regions.size(), signal.perRegion(classes));
      set(outputs, signal, regionBuffers.ensure(signal, Math.multiplyExact(elements, 4L)));
    }
    regionSignals(logits, ScoreKind.LOGITS, regions, PixelMaps.NONE, outputs);
    return new RegionSignalsResult(regions.size(), classes, copy(wanted), regionBuffers);
  }

  /**
   * Per-pixel maps of logits, into this session's memory.
   *
   * @param logits [n, c, h, w]
   * @throws NanScoresException if a pixel has a NaN
   */
  public PixelSignalsResult pixelSignals(TensorView logits, Set<PixelSignal> wanted) {
    long pixels = Math.multiplyExact(Math.multiplyExact(logits.n(), logits.h()), logits.w());
    PixelMaps maps =
        new PixelMaps(
            map(PixelSignal.ENTROPY, wanted, pixels),
            map(PixelSignal.ARGMAX, wanted, pixels),
            map(PixelSignal.MAX_PROBABILITY, wanted, pixels),
            map(PixelSignal.MARGIN, wanted, pixels));
    pixelSignals(logits, ScoreKind.LOGITS, maps);
    return new PixelSignalsResult(pixels, copy(wanted), pixelBuffers);
  }

  /** Per-pixel maps into the caller's memory; allocates nothing. */
  public void pixelSignals(TensorView scores, ScoreKind kind, PixelMaps maps) {
    if (pixelKernel.run(exec, scores, kind, maps) > 0) {
      throw nanInImage(scores, kind);
    }
  }

  /** Region signals, and maps from the same read, into the caller's memory; allocates nothing. */
  public void regionSignals(
      TensorView scores,
      ScoreKind kind,
      RegionList regions,
      PixelMaps maps,
      RegionOutputs outputs) {
    if (run(scores, kind, regions, maps, outputs) > 0) {
      throw maps.any() ? nanInImage(scores, kind) : nanInRegion(scores, kind, regions);
    }
  }

  /** How this session's calls run. */
  Exec exec() {
    return exec;
  }

  /**
   * Memory where this session's calls run, for what stays there between them, such as sums of
   * passes; its first bytes are undefined on a GPU, and zero on the CPU. The caller closes it.
   *
   * @param name what it is for; appears in error messages
   * @throws OutOfDeviceMemoryException if the device, or its cap, has not that much left
   */
  public Owner allocate(String name, long bytes) {
    return exec.device().isCpu()
        ? HostBuffer.allocate(name, bytes)
        : engine.cudaDevice().allocate(name, bytes);
  }

  /** Brings all of {@code from}, memory of this session's GPU, to the host. */
  void fetch(Owner from, HostBuffer to) {
    exec.stream().workspace().download(from.address(), to.address(), from.bytes());
  }

  /**
   * What stochastic passes of one image say, into the caller's memory; allocates nothing.
   *
   * @param passes [passes, c, h, w]: all passes, or those to add to {@code sums}
   * @param sums the passes before, when they come a few at a time; {@link PassSums#NONE} otherwise
   * @param passesBefore how many those are
   * @param regions regions of image 0, or null for none
   * @throws NanScoresException if a pixel of any pass so far has a NaN
   */
  public void bald(
      TensorView passes,
      ScoreKind kind,
      PassSums sums,
      long passesBefore,
      RegionList regions,
      BaldOutputs outputs) {
    long pixels =
        baldKernel.run(
            exec,
            passes,
            kind,
            sums,
            passesBefore,
            regions == null ? null : regions.span(),
            regions == null ? 0 : regions.size(),
            regions == null ? 0 : regions.width(),
            regions == null ? 0 : regions.height(),
            outputs);
    if (pixels > 0) {
      throw new NanScoresException(0, pixels);
    }
  }

  /**
   * How two predictions of images differ, the second made of the mirrored images, into the caller's
   * memory; allocates nothing.
   *
   * @param scores [n, c, h, w]
   * @param flipped likewise, as the network gave them for the mirrored images
   * @param regions regions of the images, or null for none
   * @throws NanScoresException if a pixel of either prediction has a NaN
   */
  public void flipConsistency(
      TensorView scores,
      TensorView flipped,
      ScoreKind kind,
      RegionList regions,
      FlipOutputs outputs) {
    long pixels =
        flipKernel.run(
            exec,
            scores,
            flipped,
            kind,
            regions == null ? null : regions.span(),
            regions == null ? 0 : regions.size(),
            regions == null ? 0 : regions.width(),
            regions == null ? 0 : regions.height(),
            outputs);
    if (pixels > 0) {
      throw nanInPair(scores, flipped, kind);
    }
  }

  private NanScoresException nanInPair(TensorView scores, TensorView flipped, ScoreKind kind) {
    FlipOutputs nothing = new FlipOutputs();
    for (long image = 0; image < scores.n(); image++) {
      TensorView one = scores.images(image, 1);
      TensorView other = flipped.images(image, 1);
      long pixels = flipKernel.run(exec, one, other, kind, null, 0, 0, 0, nothing);
      if (pixels > 0) {
        return new NanScoresException(image, pixels);
      }
    }
    throw new IllegalStateException("NaN scores disappeared: the logits changed during the call");
  }

  /**
   * One context mixture per image, into the caller's memory; allocates nothing. Mixtures of regions
   * are a {@link Signal}.
   *
   * @param mixture f32 [n, c, c], as the other outputs null if not wanted
   * @param present u8 [n, c]
   * @param pixels i64 [n, c]
   * @throws NanScoresException if a pixel has a NaN
   */
  public void contextMixture(
      TensorView scores, ScoreKind kind, Span mixture, Span present, Span pixels) {
    if (mixtureKernel.run(exec, scores, kind, mixture, present, pixels) > 0) {
      throw nanInImage(scores, kind);
    }
  }

  private long run(
      TensorView scores,
      ScoreKind kind,
      RegionList regions,
      PixelMaps maps,
      RegionOutputs outputs) {
    return regionKernel.run(
        exec,
        scores,
        kind,
        regions.span(),
        regions.size(),
        regions.width(),
        regions.height(),
        maps,
        outputs);
  }

  /** Looks for the first image with a NaN; only on the way to an error, hence slow and simple. */
  private NanScoresException nanInImage(TensorView scores, ScoreKind kind) {
    for (long image = 0; image < scores.n(); image++) {
      long pixels = pixelKernel.run(exec, scores.images(image, 1), kind, PixelMaps.NONE);
      if (pixels > 0) {
        return new NanScoresException(image, pixels);
      }
    }
    throw new IllegalStateException("NaN scores disappeared: the logits changed during the call");
  }

  private NanScoresException nanInRegion(TensorView scores, ScoreKind kind, RegionList regions) {
    try (HostBuffer counts = HostBuffer.allocate("NaN counts", 4L * regions.size())) {
      run(scores, kind, regions, PixelMaps.NONE, new RegionOutputs().nanPixels(Span.of(counts)));
      int image = -1;
      long pixels = 0;
      for (int i = 0; i < regions.size(); i++) {
        int here = UnsafeApi.getInt(counts.address() + 4L * i);
        if (here > 0 && (image < 0 || image == regions.image(i))) {
          image = regions.image(i);
          pixels += here;
        }
      }
      return new NanScoresException(image, pixels);
    }
  }

  private Span map(PixelSignal signal, Set<PixelSignal> wanted, long pixels) {
    return wanted.contains(signal)
        ? pixelBuffers.ensure(signal, Math.multiplyExact(pixels, (long) signal.bytes()))
        : null;
  }

  static void set(RegionOutputs outputs, Signal signal, Span span) {
    switch (signal) {
      case CLASS_HISTOGRAM -> outputs.classHistogram(span);
      case ENTROPY_MIN -> outputs.entropyMin(span);
      case ENTROPY_AVG -> outputs.entropyAvg(span);
      case ENTROPY_MAX -> outputs.entropyMax(span);
      case ENTROPY_MEAN -> outputs.entropyMean(span);
      case MARGIN_MEAN -> outputs.marginMean(span);
      case LEAST_CONFIDENCE_MEAN -> outputs.leastConfidenceMean(span);
      case PROBABILITY_MEAN -> outputs.probabilityMean(span);
      case CONTEXT_MIXTURE -> outputs.contextMixture(span);
      case ENTROPY_BY_CLASS -> outputs.entropyByClass(span);
      case MARGIN_BY_CLASS -> outputs.marginByClass(span);
    }
  }

  private static <E extends Enum<E>> Set<E> copy(Set<E> wanted) {
    return wanted.isEmpty() ? Set.of() : EnumSet.copyOf(wanted);
  }

  @Override
  public void close() {
    Closing closing = new Closing();
    if (ownStream != null) {
      closing.close(ownStream);
    }
    closing.close(mixtureKernel);
    closing.close(regionKernel);
    closing.close(pixelKernel);
    closing.close(baldKernel);
    closing.close(flipKernel);
    closing.close(regionBuffers);
    closing.close(pixelBuffers);
    engine.forget(this);
    closing.finish();
  }
}
