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

  /**
   * Scores every image of {@code source}, which stays the caller's.
   *
   * @throws IOException from the source or the sink
   * @throws IllegalArgumentException naming the image, if its scores hold NaN or it is smaller than
   *     a region
   */
  public Totals run(ScoreSource source, RegionSink sink, Progress progress) throws IOException {
    ScoredRegions scored = new ScoredRegions(plan.signals(), source.classes(), buffers);
    long image = 0;
    long regions = 0;
    long pixels = 0;
    for (TensorView scores = source.next(); scores != null; scores = source.next()) {
      regions += score(scores, image++, source.name(), scored, sink);
      pixels = Math.addExact(pixels, scores.h() * scores.w());
      progress.report(image, source.images());
    }
    return new Totals(image, regions, pixels);
  }

  private long score(
      TensorView scores, long image, String name, ScoredRegions scored, RegionSink sink)
      throws IOException {
    fitGrid(scores, name);
    PixelMaps wanted = plan.maps() ? maps.of(scores.h(), scores.w()) : PixelMaps.NONE;
    long first = 0;
    for (RegionList chunk : grid.chunks()) {
      prepare(chunk.size(), scores.c());
      try {
        session.regionSignals(scores, plan.kind(), chunk, wanted, outputs);
      } catch (NanScoresException e) {
        throw e.of(name, image);
      }
      if (wanted.any()) {
        sink.maps(image, maps);
        wanted = PixelMaps.NONE;
      }
      scored.set(image, name, first, chunk);
      sink.regions(scored);
      first += chunk.size();
    }
    return first;
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
