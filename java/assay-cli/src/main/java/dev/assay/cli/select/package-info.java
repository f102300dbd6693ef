/** What {@code assay select} reads and writes. */
package dev.assay.cli.select;
