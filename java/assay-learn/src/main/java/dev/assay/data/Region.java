package dev.assay.data;

/**
 * A rectangle of one image, in pixels.
 *
 * @param image index of the image in its pack
 * @param x left edge
 * @param y top edge
 * @param w width
 * @param h height
 */
public record Region(int image, int x, int y, int w, int h) {}
