package dev.assay.score;

import dev.assay.memory.Span;
import java.util.Set;

/**
 * A look at the per-pixel maps in their session's memory, each dense [n, h, w]; valid until the
 * session's next call.
 */
public final class PixelSignalsResult {
  private final long pixels;
  private final Set<PixelSignal> wanted;
  private final ResultBuffers<PixelSignal> buffers;

  PixelSignalsResult(long pixels, Set<PixelSignal> wanted, ResultBuffers<PixelSignal> buffers) {
    this.pixels = pixels;
    this.wanted = wanted;
    this.buffers = buffers;
  }

  /** Number of pixels n h w. */
  public long pixels() {
    return pixels;
  }

  /** The map's off-heap memory, exactly {@link #pixels()} elements. */
  public Span span(PixelSignal signal) {
    if (!wanted.contains(signal)) {
      throw new IllegalStateException(signal + " was not asked for; asked for were " + wanted);
    }
    Span whole = buffers.get(signal);
    return new Span(whole.address(), pixels * signal.bytes(), whole.owner());
  }
}
