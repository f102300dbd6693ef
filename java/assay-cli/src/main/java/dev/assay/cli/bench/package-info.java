/** What {@code assay bench} measures: a table of kernels and shapes, on arrays it makes itself. */
package dev.assay.cli.bench;
