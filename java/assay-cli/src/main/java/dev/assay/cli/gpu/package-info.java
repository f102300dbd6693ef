/** What {@code assay gpu-check} does: a list of parts, each a check or a measurement on a GPU. */
package dev.assay.cli.gpu;
