/** What {@code assay kernel} can run: one class per kernel, from named arrays to named arrays. */
package dev.assay.cli.kernels;
