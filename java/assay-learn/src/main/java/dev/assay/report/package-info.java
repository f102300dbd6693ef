/**
 * Turns run directories into one self-contained HTML page and a plain-text table. Reads only what a
 * run has written, so it works on a running, killed or finished run alike, and needs neither the
 * network back ends nor, except for the pictures, the data set.
 */
package dev.assay.report;
