package dev.assay.format;

import java.nio.file.Path;

/**
 * One array of class scores among the inputs.
 *
 * @param array its name in the file
 * @param source names it in messages
 * @param firstImage number of its first image among all inputs' images
 */
public record ScoreArray(
    Path file, String array, String source, long firstImage, long images, int height, int width) {}
