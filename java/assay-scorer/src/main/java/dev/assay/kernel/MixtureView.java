package dev.assay.kernel;

import dev.assay.memory.Span;

/**
 * A view of the class mixtures of images: row c of an image is the mean prediction of its pixels
 * that are predicted c.
 *
 * @param mixture f32 [images, classes, classes]
 * @param present u8 [images, classes]: 0 where an image has no pixel of the class, whose row is not
 *     looked at
 * @param images number of images
 * @param classes number of classes
 */
public record MixtureView(Span mixture, Span present, long images, int classes) {
  /** Rejects a shape that its memory does not hold. */
  public MixtureView {
    Check.count("images", images);
    Check.classes(classes);
    long rows = Math.multiplyExact(images, (long) classes);
    Check.required("mixture", mixture, Math.multiplyExact(rows, (long) classes), Float.BYTES);
    Check.required("present", present, rows, 1);
  }

  /** Writes both addresses. */
  void put(ArgumentBlock block, int mixtureWord, int presentWord) {
    long rows = images * classes;
    block.in(mixtureWord, "mixture", mixture, rows * classes, Float.BYTES);
    block.in(presentWord, "present", present, rows, 1);
  }
}
