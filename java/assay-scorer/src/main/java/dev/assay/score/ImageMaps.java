package dev.assay.score;

import dev.assay.kernel.PixelMaps;
import dev.assay.memory.Span;

/** The per-pixel maps of one image, each dense [h, w]; valid until the sink that got it returns. */
public final class ImageMaps implements AutoCloseable {
  private final ResultBuffers<PixelSignal> buffers = new ResultBuffers<>(PixelSignal.class);
  private int height;
  private int width;

  ImageMaps() {}

  PixelMaps of(long h, long w) {
    height = Math.toIntExact(h);
    width = Math.toIntExact(w);
    return new PixelMaps(
        ensure(PixelSignal.ENTROPY),
        ensure(PixelSignal.ARGMAX),
        ensure(PixelSignal.MAX_PROBABILITY),
        ensure(PixelSignal.MARGIN));
  }

  private Span ensure(PixelSignal signal) {
    return buffers.ensure(signal, (long) height * width * signal.bytes());
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** One map's off-heap memory, exactly h w elements. */
  public Span span(PixelSignal signal) {
    Span whole = buffers.get(signal);
    return new Span(whole.address(), (long) height * width * signal.bytes(), whole.owner());
  }

  @Override
  public void close() {
    buffers.close();
  }
}
