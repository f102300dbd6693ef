package dev.assay.kernel;

import dev.assay.memory.Span;

/**
 * Where a kernel writes its per-pixel maps, each dense [n, h, w]; null means not wanted.
 *
 * @param entropy f32, nats
 * @param argmax u8, lowest index among equals
 * @param maxProbability f32
 * @param margin f32, largest minus second largest probability
 */
public record PixelMaps(Span entropy, Span argmax, Span maxProbability, Span margin) {
  /** No map at all. */
  public static final PixelMaps NONE = new PixelMaps(null, null, null, null);

  /** Whether any map is wanted. */
  public boolean any() {
    return entropy != null || argmax != null || maxProbability != null || margin != null;
  }

  /** Writes the four words of an AssayPixelMaps. */
  void put(ArgumentBlock block, int word, long pixels) {
    block.out(word, "entropy", entropy, pixels, Float.BYTES);
    block.out(word + 1, "argmax", argmax, pixels, 1);
    block.out(word + 2, "max_probability", maxProbability, pixels, Float.BYTES);
    block.out(word + 3, "margin", margin, pixels, Float.BYTES);
  }
}
