/** What {@code assay score} writes: its folder, its tables, its maps. */
package dev.assay.cli.score;
