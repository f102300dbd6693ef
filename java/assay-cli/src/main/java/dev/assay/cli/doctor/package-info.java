/** What {@code assay doctor} looks at. */
package dev.assay.cli.doctor;
