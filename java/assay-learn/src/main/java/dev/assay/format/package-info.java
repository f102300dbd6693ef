/**
 * NumPy's file formats: .npy arrays and .npz archives, read into and written from off-heap memory.
 * Errors name the file, the value found and the value expected.
 */
package dev.assay.format;
