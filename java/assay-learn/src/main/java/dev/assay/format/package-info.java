/**
 * Array files: .npy, .npz and .safetensors, read into off-heap memory or mapped image by image, and
 * written. Errors name the file, the value found and the value expected.
 *
 * <p>What a file claims is checked before it is believed: headers are at most 1 MiB (.npy), 64 MiB
 * (a zip directory) or 100 MB (safetensors, as the format says); an array is as large as the file
 * has bytes for it, or as deflate can make of them.
 */
package dev.assay.format;
