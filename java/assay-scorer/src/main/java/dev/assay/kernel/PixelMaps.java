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

  void check(long pixels) {
    Check.span("entropy", entropy, pixels, Float.BYTES);
    Check.span("argmax", argmax, pixels, 1);
    Check.span("max_probability", maxProbability, pixels, Float.BYTES);
    Check.span("margin", margin, pixels, Float.BYTES);
  }

  /** Writes the four words of an AssayPixelMaps. */
  void put(ArgumentBlock block, int word) {
    block.put(word, entropy);
    block.put(word + 1, argmax);
    block.put(word + 2, maxProbability);
    block.put(word + 3, margin);
  }

  void lease(Leases leases) {
    leases.take(entropy);
    leases.take(argmax);
    leases.take(maxProbability);
    leases.take(margin);
  }
}
