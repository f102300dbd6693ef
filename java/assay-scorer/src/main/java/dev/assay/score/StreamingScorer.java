package dev.assay.score;

import dev.assay.kernel.PixelMaps;
import dev.assay.kernel.RegionOutputs;
import dev.assay.memory.TensorView;
import java.io.IOException;

/**
 * Scores any number of images through memory of a fixed size: one image at a time, its regions in
 * chunks, every chunk handed to a sink. Chunk size and thread count change no result.
 *
 * <p>Images may have different sizes, but not fewer pixels than a region. Confined to one thread;
 * whoever opened it closes it, the engine stays open.
 */
public final class StreamingScorer implements AutoCloseable {
  /** Hears of every finished image. */
  @FunctionalInterface
  public interface Progress {
    /** {@code images} of {@code total} are done. */
    void report(long images, long total);
  }

  /** How much was scored. */
  public record Totals(long images, long regions, long pixels) {}

  private final ScoringPlan plan;
  private final Session session;
  private final ResultBuffers<Signal> buffers = new ResultBuffers<>(Signal.class);
  private final RegionOutputs outputs = new RegionOutputs();
  private final ImageMaps maps = new ImageMaps();
  private GridChunks grid;

  /** A scorer on the engine's device. */
  public StreamingScorer(Engine engine, ScoringPlan plan) {
    this.plan = plan;
    this.session = engine.session();
  }

  /** Scores every image of {@code source}, which stays the caller's. */
  public Totals run(ScoreSource source, RegionSink sink, Progress progress) throws IOException {
    try (Predictions predictions = Predictions.single(source)) {
      return run(predictions, sink, progress);
    }
  }

  /**
   * Scores every image of {@code predictions}, which stay the caller's.
   *
   * @throws IOException from a source or the sink
   * @throws IllegalArgumentException naming the image, if its scores hold NaN or it is smaller than
   *     a region
   */
  public Totals run(Predictions predictions, RegionSink sink, Progress progress)
      throws IOException {
    if (plan.signals().isEmpty() && predictions.extras().isEmpty()) {
      throw new IllegalArgumentException("signals=[] must name at least one signal");
    }
    predictions.begin(session);
    try {
      return score(predictions, sink, progress);
    } finally {
      predictions.end();
    }
  }

  private Totals score(Predictions predictions, RegionSink sink, Progress progress)
      throws IOException {
    ScoredRegions scored = new ScoredRegions(plan.signals(), predictions, buffers);
    RegionsOfImage regionsOf = new RegionsOfImage(predictions);
    long image = 0;
    long regions = 0;
    long pixels = 0;
    while (true) {
      TensorView scores = predictions.next(session, plan.kind(), regionsOf);
      if (scores == null) {
        return new Totals(image, regions, pixels);
      }
      regions += score(scores, image++, predictions, scored, sink);
      pixels = Math.addExact(pixels, scores.h() * scores.w());
      progress.report(image, predictions.images());
    }
  }

  private long score(
      TensorView scores, long image, Predictions from, ScoredRegions scored, RegionSink sink)
      throws IOException {
    fitGrid(scores, from.name());
    PixelMaps wanted = plan.maps() ? maps.of(scores.h(), scores.w()) : PixelMaps.NONE;
    long first = 0;
    for (RegionList chunk : grid.chunks()) {
      if (wanted.any() || !plan.signals().isEmpty()) {
        prepare(chunk.size(), scores.c());
        ask(scores, image, from, chunk, wanted);
      }
      if (wanted.any()) {
        sink.maps(image, maps);
        wanted = PixelMaps.NONE;
      }
      scored.set(image, from.name(), first, chunk);
      sink.regions(scored);
      first += chunk.size();
    }
    return first;
  }

  private void ask(
      TensorView scores, long image, Predictions from, RegionList chunk, PixelMaps wanted) {
    try {
      session.regionSignals(scores, from.kind(plan.kind()), chunk, wanted, outputs);
    } catch (NanScoresException e) {
      throw e.of(from.name(), image);
    }
  }

  /** Extra signals are computed for a whole image at once: they are few numbers per region. */
  private final class RegionsOfImage implements Predictions.RegionsOf {
    private final Predictions predictions;

    RegionsOfImage(Predictions predictions) {
      this.predictions = predictions;
    }

    @Override
    public RegionList of(TensorView scores) {
      fitGrid(scores, predictions.name());
      return grid.whole();
    }
  }

  private void fitGrid(TensorView scores, String name) {
    if (scores.h() < plan.regionHeight() || scores.w() < plan.regionWidth()) {
      throw new IllegalArgumentException(
          name
              + ": found an image of "
              + scores.w()
              + "x"
              + scores.h()
              + " pixels, expected at least one region of "
              + plan.regionWidth()
              + "x"
              + plan.regionHeight());
    }
    int width = Math.toIntExact(scores.w());
    int height = Math.toIntExact(scores.h());
    if (grid == null || !grid.fits(width, height)) {
      if (grid != null) {
        grid.close();
      }
      grid = new GridChunks(plan, width, height);
    }
  }

  private void prepare(int regions, long classes) {
    for (Signal signal : plan.signals()) {
      long elements = (long) regions * signal.perRegion((int) classes);
      Session.set(outputs, signal, buffers.ensure(signal, elements * Integer.BYTES));
    }
  }

  @Override
  public void close() {
    if (grid != null) {
      grid.close();
      grid = null;
    }
    session.close();
    buffers.close();
    maps.close();
  }
}
